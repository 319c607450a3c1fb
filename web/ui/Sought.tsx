import {useLocation} from '@tanstack/react-router'
import {useEffect, useRef, type ReactNode} from 'react'

const controls = 'input:not([type=hidden]), select, textarea, button, a[href]'

/** What an address ends in by its name (`/settings/account#theme`): it comes into sight and has the focus then. */
export function Sought({id, children}: {id: string; children: ReactNode}) {
  // Another visit to the same address leads here again.
  const visit = useLocation({select: ({hash, state}) => (hash === id ? (state.__TSR_key ?? 'first') : null)})
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (visit === null || place.current === null) return
    place.current.scrollIntoView({block: 'center'})
    const control = place.current.querySelector<HTMLElement>(controls) ?? place.current
    control.focus({preventScroll: true})
  }, [visit])
  return (
    <div ref={place} id={id} tabIndex={-1} className="min-w-0 outline-none">
      {children}
    </div>
  )
}
