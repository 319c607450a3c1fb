import {Check, Minus} from 'lucide-react'
import {joined} from './joined.ts'

/** The box of a check box, without the control: for rows and lists that are controls themselves. */
export function CheckMark({state, isOff = false}: {state: boolean | 'mixed'; isOff?: boolean | undefined}) {
  const Drawing = state === 'mixed' ? Minus : Check
  return (
    <span
      aria-hidden
      className={joined(
        'kit-fill grid group-focus-visible:shadow-focus size-[15px] shrink-0 place-items-center rounded-s border-[1.5px] text-on-accent max-phone:size-5',
        state === false ? 'border-control bg-surface' : 'border-accent-fill bg-accent-fill',
        isOff && 'opacity-50',
      )}
    >
      {state !== false && <Drawing size={11} strokeWidth={3.4} aria-hidden />}
    </span>
  )
}
