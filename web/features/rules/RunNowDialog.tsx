import {useNavigate} from '@tanstack/react-router'
import {runRules, type Rule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {Note} from '../../ui/Note.tsx'
import {runSummary, takesAway, whyNotRun} from './run-now.ts'
import {RuleTried} from './RuleTried.tsx'
import {useShownRules} from './use-shown-rules.ts'

/** What rules would do if they ran now, together and each as Try shows it, in the order of the page; then they look at exactly these. */
export function RunNowDialog({rules, onClose}: {rules: readonly Rule[]; onClose: () => void}) {
  const navigate = useNavigate()
  const running = rules.filter((it) => whyNotRun(it) === null)
  const {shown, error} = useShownRules(running)
  const summary = runSummary(
    shown.map(({rule: {id, revision, mode}, preview}) => ({id, revision, mode, preview})),
    running.length,
  )
  const previews = new Map(shown.map(({rule: {id}, preview}) => [id, preview]))
  const isShown = shown.length === running.length
  const work = async () => {
    await runRules(summary.orders)
    const [only] = summary.orders.length === 1 ? summary.orders : []
    const search = {who: 'rule', hidden: true, ...(only && {rule: only.id})} as const
    toast({
      text: text('rules.run.begun', {count: summary.orders.length}),
      action: {label: text('rules.run.see'), run: () => void navigate({to: '/activity', search})},
    })
  }
  return (
    <ConfirmDialog
      title={
        running.length === 1 ? text('rules.run.title-one', {name: running[0]!.name}) : text('rules.run.title')
      }
      says={text('rules.run.says')}
      verb={text('rules.run.do', {count: Math.max(1, summary.orders.length)})}
      isHarmless={!running.some(takesAway)}
      size="l"
      disabledReason={
        isShown
          ? summary.orders.length === 0
            ? text('rules.run.nothing')
            : undefined
          : (error?.message ?? text('rules.run.wait'))
      }
      work={work}
      onClose={onClose}
    >
      <div className="grid gap-3">
        {running.length > 1 && (
          <p aria-live="polite" className="num font-medium text-pretty">
            {summary.words}
          </p>
        )}
        {error !== null && (
          <Note tone="bad" isNews>
            {error.message}
          </Note>
        )}
        {running.map((rule) => (
          <RuleTried
            key={rule.id}
            name={rule.name}
            note={text(`rules.run.mode.${rule.mode as 'ask'}`)}
            preview={previews.get(rule.id) ?? null}
            isFailed={error !== null}
          />
        ))}
        {rules.map((rule) => {
          const why = whyNotRun(rule)
          return (
            why !== null && (
              <p key={rule.id} className="text-12 text-pretty text-text-2">
                <span className="font-medium">{rule.name}</span>: {why}
              </p>
            )
          )
        })}
      </div>
    </ConfirmDialog>
  )
}
