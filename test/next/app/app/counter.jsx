'use client'

import { useState } from 'react'

/** Counts once the client has taken the page over. */
export function Counter() {
  const [count, setCount] = useState(0)
  return (
    <button id="count" onClick={() => setCount(count + 1)}>
      {count}
    </button>
  )
}
