import {useQuery} from '@tanstack/react-query'
import {ruleVersionsQuery, type RuleDefinition} from '../../api/rules.ts'
import {useSession} from '../../api/session.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Note} from '../../ui/Note.tsx'
import {ChangedLines} from './ChangedLines.tsx'
import {changedLines} from './version-lines.ts'

/** A rule was saved elsewhere while this text was written: what differs, and which of both it shall be. */
export function RuleConflict({
  rule,
  mine,
  isBusy,
  onTheirs,
  onMine,
}: {
  /** As it is saved now. */
  rule: RuleDefinition
  mine: string
  isBusy: boolean
  onTheirs: () => void
  onMine: () => void
}) {
  const {data: versions = []} = useQuery(ruleVersionsQuery(rule.id, rule.revision))
  const me = useSession().visitor?.user_id ?? null
  const now = useNow(60_000)
  const saved = versions.find((it) => it.is_current)
  const by = saved?.changed_by ?? null
  const when = saved === undefined ? '' : exactTime(saved.changed_at, now)
  const lines = changedLines(rule.yaml, mine)
  const words =
    saved === undefined || by === null || (by.name === '' && by.id !== me)
      ? text('rules.conflict')
      : by.id === me
        ? text('rules.conflict.own', {when})
        : text('rules.conflict.by', {name: by.name, when})
  return (
    <Note tone="warn" isNews>
      <div className="grid gap-2">
        <p>
          {words}{' '}
          {text(lines.length === 0 ? 'rules.conflict.same' : 'rules.conflict.differs', {count: lines.length})}
        </p>
        {lines.length > 0 && (
          <ChangedLines
            lines={lines}
            words={{gone: text('rules.conflict.theirs'), new: text('rules.conflict.mine')}}
            isShown
          />
        )}
        <div className="flex flex-wrap gap-2">
          <Button onClick={onTheirs}>{text('rules.conflict.take')}</Button>
          <Button waitsFor={isBusy ? text('rules.saving') : undefined} onClick={onMine}>
            {text('rules.conflict.keep')}
          </Button>
        </div>
      </div>
    </Note>
  )
}
