import {useEffect, useState} from 'react'

/** The value as it is once it has not changed for so many ms: what costs a question is not asked for each letter. */
export function useSettled<T>(value: T, quietMs: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), quietMs)
    return () => clearTimeout(timer)
  }, [value, quietMs])
  return settled
}
