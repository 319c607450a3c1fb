import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'

/** Nothing here pretends to be real. On narrow screens it stands below the pennant, where nothing else wants the room. */
export function DemoMark({isBelow = false}: {isBelow?: boolean}) {
  if (!useSession().demo) return null
  if (isBelow) {
    return (
      <span className="pointer-events-none absolute inset-x-0 -bottom-1 text-center text-11/3 font-medium text-st-checking phone:hidden">
        {text('demo.mark')}
      </span>
    )
  }
  return (
    <span className="ml-2 max-phone:hidden">
      <Badge tone="busy" title={text('demo.title')}>
        {text('demo.mark')}
      </Badge>
    </span>
  )
}
