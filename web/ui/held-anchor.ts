/**
 * A layer comes with its first use, its button was there before. This stands within the layer for the button: what the
 * layer is placed by, what it gives the focus back to, and what does not count as outside of it.
 */
import {useImperativeHandle, type Ref, type RefObject} from 'react'

/** For a `Trigger asChild` of Radix; it draws nothing. */
export function HeldAnchor({
  anchor,
  ref,
}: {
  anchor: RefObject<HTMLElement | null>
  ref?: Ref<HTMLElement | null> | undefined
}) {
  useImperativeHandle<HTMLElement | null, HTMLElement | null>(ref, () => anchor.current, [anchor])
  return null
}
