import { connection } from 'next/server'

/** A page that the matcher of the proxy leaves out. */
export default async function Page() {
  await connection()
  return <h1>Outside</h1>
}
