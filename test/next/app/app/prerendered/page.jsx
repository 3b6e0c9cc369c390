import { Counter } from '../counter.jsx'
import { LISTEN } from '../listen.js'

/** A page that the build renders: no request has a part in it. */
export default function Page() {
  return (
    <main>
      <script dangerouslySetInnerHTML={{ __html: LISTEN }} />
      <h1>Prerendered</h1>
      <Counter />
    </main>
  )
}
