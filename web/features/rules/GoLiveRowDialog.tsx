import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Note} from '../../ui/Note.tsx'
import type {ListedRule} from '../../api/rules.ts'
import {RuleTried} from './RuleTried.tsx'
import {switchRules} from './switch-rules.ts'
import {LatelyList} from './RuleHead.tsx'
import {useShownRules} from './use-shown-rules.ts'

/** Before the rules of a row act by themselves: what each of them would do now. */
export function GoLiveRowDialog({
  name,
  rules,
  onClose,
}: {
  name: string
  rules: readonly ListedRule[]
  onClose: () => void
}) {
  const now = useNow(60_000)
  const {shown, error} = useShownRules(rules)
  const isShown = shown.length === rules.length
  return (
    <ConfirmDialog
      title={text('rules.live.title-row', {name, count: rules.length})}
      says={text('rules.live.says')}
      verb={text('rules.live.do-row', {count: rules.length})}
      size="l"
      disabledReason={isShown ? undefined : (error?.message ?? text('rules.run.wait'))}
      work={() => switchRules(rules, name, 'live', true)}
      onClose={onClose}
    >
      <div className="grid gap-3">
        {rules.some((it) => it.configured_mode === 'ask') && (
          <Note tone="warn">{text('rules.live.unasked')}</Note>
        )}
        {rules.map((rule) => {
          const preview = shown.find((it) => it.rule.id === rule.id)?.preview ?? null
          const {trial_until: trial} = rule
          return (
            <RuleTried
              key={rule.id}
              name={rule.name}
              note={text(`rules.row.mode.${rule.mode}`)}
              preview={preview}
              isFailed={error !== null}
            >
              {preview?.lately && (
                <LatelyList
                  lately={preview.lately}
                  subject={preview.subject}
                  span="day"
                  since={rule.revised_at}
                />
              )}
              {trial !== null && (
                <Note tone="warn">{text('rules.live.untried', {when: exactTime(trial, now)})}</Note>
              )}
            </RuleTried>
          )
        })}
      </div>
    </ConfirmDialog>
  )
}
