import { headers } from 'next/headers'
import { connection } from 'next/server'
import { Counter } from './counter.jsx'
import { LISTEN } from './listen.js'

/** A page that is rendered for each request: its scripts get the nonce. */
export default async function Page() {
  await connection()
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <main>
      <script nonce={nonce} dangerouslySetInnerHTML={{ __html: LISTEN }} suppressHydrationWarning />
      <h1>A page of Next</h1>
      <Counter />
    </main>
  )
}
