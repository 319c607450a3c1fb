import {switchRule, type Rule, type RulePreview} from '../../api/rules.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {exactTime} from '../../ui/format-time.ts'
import {Note} from '../../ui/Note.tsx'
import {toast} from '../../ui/toast.ts'
import {ConfirmDialog} from '../accounts/ConfirmDialog.tsx'
import {LatelyList} from './LatelyList.tsx'
import type {Preview} from './use-preview.ts'

/** Before a rule acts by itself: what it would do now, and whether it has proved itself. */
export function GoLiveDialog({rule, preview, onClose}: {rule: Rule; preview: Preview; onClose: () => void}) {
  const now = useNow(60_000)
  const {id, name, trial_until: trial, configured_mode: configured} = rule
  const {data} = preview
  const {unknown} = data ?? {}
  return (
    <ConfirmDialog
      title={text('rules.live.title', {name})}
      says={text('rules.live.says')}
      verb={text('rules.live.do')}
      work={async () => {
        await switchRule(id, 'live', true)
        toast({text: text('rules.switched', {name, mode: text('rules.mode.live')})})
      }}
      onClose={onClose}
    >
      <div className="grid gap-2.5">
        {data && <p className="font-medium">{wouldWords(data)}</p>}
        {data?.lately && <LatelyList lately={data.lately} subject={data.subject} span="day" />}
        {unknown && unknown.count > 0 && <p>{text('rules.live.unknown', {count: unknown.count})}</p>}
        {configured === 'ask' && <Note tone="warn">{text('rules.live.unasked')}</Note>}
        {trial !== null && (
          <Note tone="warn">{text('rules.live.untried', {when: exactTime(trial, now)})}</Note>
        )}
      </div>
    </ConfirmDialog>
  )
}

function wouldWords({subject, would_act: {count, bytes: size}}: RulePreview): string {
  if (count === 0) return text('rules.live.would-nothing')
  const words = {count, size: written(bytes(size))}
  return subject === 'path' ? text('rules.live.would-orphans', words) : text('rules.live.would', words)
}
