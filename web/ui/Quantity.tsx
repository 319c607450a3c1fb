import type {Quantity as Value} from './format.ts'
import {joined} from './joined.ts'

/** A figure and its quiet unit; the exact value on hover. */
export function Quantity({value, className}: {value: Value; className?: string | undefined}) {
  return (
    <span title={value.exact} className={joined('num whitespace-nowrap', className)}>
      {value.text}
      {value.unit !== '' && <span className="text-[.85em] font-normal text-text-3">&nbsp;{value.unit}</span>}
    </span>
  )
}
