import {useQuery} from '@tanstack/react-query'
import {Link, useLocation} from '@tanstack/react-router'
import {X} from 'lucide-react'
import {moveInQuery} from '../../api/move-in.ts'
import {usePreference} from '../../api/preferences.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'

/** For who comes from qBitrr: above every page, until it is put away. That the rules only observe the status line says. */
export function MoveInLine() {
  const isAdministrator = usePermission('admin')
  const {data} = useQuery({...moveInQuery, enabled: isAdministrator})
  const [hidden, hide] = usePreference('hints.hidden')
  const isThere = useLocation({select: ({pathname}) => pathname}) === '/settings/move-in'
  if (!data || isThere) return null
  if (data.observing !== null || !data.is_inherited || hidden.includes(MOVE_IN_HINT)) return null
  return (
    <p className="flex min-h-9 items-center gap-x-3 border-b border-line bg-tint-info px-4 py-1 text-text-2 max-phone:px-3.5 forced-colors:border-b">
      <span className="min-w-0 flex-1 text-pretty">
        {text('move-in.line.moved', {count: data.differences.length})}{' '}
        <Link to="/settings/move-in" className={textLinkClass}>
          {text('move-in.line.look')}
        </Link>
      </span>
      <IconButton
        label={text('move-in.line.hide')}
        icon={X}
        onClick={() => hide([...hidden, MOVE_IN_HINT])}
      />
    </p>
  )
}

/** Among the hints that were put away. */
export const MOVE_IN_HINT = 'move-in'
