import {useEffect, useState} from 'react'

/** From then on a wait is said in words. */
const LONG_MS = 3_000

/** What is waited for, or what goes on: said when it takes longer than three seconds. */
export function LongWait({words}: {words: string}) {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS)
    return () => clearTimeout(timer)
  }, [])
  return <output className="block px-3.5 py-2 text-text-2 empty:p-0">{isLong && words}</output>
}
