import {CircleX, Info, TriangleAlert} from 'lucide-react'

/** How grave something of an Arr is, as a shape, a colour and a word; the worst first. */
export const severities = {
  error: {icon: CircleX, ink: 'text-st-error', word: 'arr.doctor.error'},
  warning: {icon: TriangleAlert, ink: 'text-st-stalled', word: 'arr.doctor.warning'},
  notice: {icon: Info, ink: 'text-text-3', word: 'arr.doctor.notice'},
} as const

export type Severity = keyof typeof severities

/** @returns another list, the worst first; equal ones stay as they were */
export function worstFirst<T>(list: readonly T[], severityOf: (it: T) => Severity): T[] {
  const order = Object.keys(severities)
  return list.toSorted((a, b) => order.indexOf(severityOf(a)) - order.indexOf(severityOf(b)))
}
