import {useState, type FocusEvent, type PointerEvent} from 'react'

/**
 * Keeps a list as it was while the pointer or the focus is on it: nothing moves under either.
 * @param keyOf the same for two values that may take each other's place at any time
 */
export function useStill<T>(
  newest: T,
  keyOf: (value: T) => string,
): readonly [shown: T, handlers: StillHandlers] {
  const [isHeld, setHeld] = useState(false)
  const [kept, setKept] = useState(newest)
  const isOther = keyOf(kept) !== keyOf(newest)
  if (isOther && !isHeld) setKept(newest)
  return [
    isHeld && isOther ? kept : newest,
    {
      onPointerEnter: () => setHeld(true),
      onPointerLeave: ({currentTarget}) => setHeld(currentTarget.contains(document.activeElement)),
      onFocus: () => setHeld(true),
      onBlur: ({currentTarget, relatedTarget}) =>
        setHeld(currentTarget.contains(relatedTarget) || currentTarget.matches(':hover')),
    },
  ]
}

interface StillHandlers {
  readonly onPointerEnter: () => void
  readonly onPointerLeave: (event: PointerEvent<HTMLElement>) => void
  readonly onFocus: () => void
  readonly onBlur: (event: FocusEvent<HTMLElement>) => void
}
