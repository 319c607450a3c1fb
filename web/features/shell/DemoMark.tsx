import {useSession} from '../../api/session.ts'
import {text} from '../../text/text.ts'
import {Badge} from '../../ui/Badge.tsx'

/** Nothing here pretends to be real. */
export function DemoMark() {
  if (!useSession().demo) return null
  return (
    <span className="ml-2 max-phone:hidden">
      <Badge tone="busy" title={text('demo.title')}>
        {text('demo.mark')}
      </Badge>
    </span>
  )
}
