import {switchRule, type Rule} from '../../api/rules.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../text/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {exactTime} from '../../ui/format-time.ts'
import {Note} from '../../ui/Note.tsx'
import {toast} from '../../ui/toast.ts'
import {ConfirmDialog} from '../accounts/ConfirmDialog.tsx'
import type {Preview} from './use-preview.ts'

/** Before a rule acts by itself: what it would do now, and whether it has proved itself. */
export function GoLiveDialog({rule, preview, onClose}: {rule: Rule; preview: Preview; onClose: () => void}) {
  const now = useNow(60_000)
  const {id, name, trial_until: trial, configured_mode: configured} = rule
  const {would_act: would, unknown} = preview.data ?? {}
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
        {would && (
          <p className="font-medium">
            {text('rules.live.would', {count: would.count, size: written(bytes(would.bytes))})}
          </p>
        )}
        {unknown && unknown.count > 0 && <p>{text('rules.live.unknown', {count: unknown.count})}</p>}
        {configured === 'ask' && <Note tone="warn">{text('rules.live.unasked')}</Note>}
        {trial !== null && (
          <Note tone="warn">{text('rules.live.untried', {when: exactTime(trial, now)})}</Note>
        )}
      </div>
    </ConfirmDialog>
  )
}
