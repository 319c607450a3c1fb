import {useSyncExternalStore} from 'react'
import {announcements} from './announce.ts'

/** Where announcements are read aloud. Once in the page. */
export function LiveRegion() {
  const {text, turn} = useSyncExternalStore(announcements.listen, announcements.current)
  return (
    <output aria-live="polite" aria-atomic className="sr-only">
      {/* The same words twice are two announcements. */}
      <span key={turn}>{text}</span>
    </output>
  )
}
