import {useEffect} from 'react'
import {useNow} from '../../../live/clock.ts'
import type {GridBody} from './grid-body.ts'

/** Tells the rows that a second went by. A component of its own, so that nothing else renders. */
export function TableClock({body}: {body: GridBody}) {
  const now = useNow()
  useEffect(() => body.rows.tick(now), [body, now])
  return null
}
