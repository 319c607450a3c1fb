import {useQueries} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {previewQuery, ruleQuery, runRules, type Rule, type RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {LongWait} from '../../ui/LongWait.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {runSummary, takesAway, whyNotRun} from './run-now.ts'
import {triedTogether} from './tried.ts'
import {TriedResult} from './TryRule.tsx'

/** What rules would do if they ran now, each as Try shows it; then they look at exactly these. */
export function RunNowDialog({rules, onClose}: {rules: readonly Rule[]; onClose: () => void}) {
  const navigate = useNavigate()
  const running = rules.filter((it) => whyNotRun(it) === null)
  const texts = useQueries({
    queries: running.map(({id}) => ruleQuery(id)),
    combine: (all) => all.flatMap(({data}) => (data?.yaml ? [{...data, yaml: data.yaml}] : [])),
  })
  const {shown, error} = useQueries({
    queries: texts.map(({id, yaml}) => previewQuery(yaml, id)),
    combine: (all) => ({
      shown: all.flatMap(({data}, at) => (data ? [{...texts[at]!, preview: data}] : [])),
      error: all.find((it) => it.error !== null)?.error ?? null,
    }),
  })
  const summary = runSummary(shown)
  const previews = new Map(shown.map(({id, preview}) => [id, preview]))
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
        {running.length > 1 && isShown && <p className="num font-medium">{summary.words}</p>}
        {error !== null && (
          <Note tone="bad" isNews>
            {error.message}
          </Note>
        )}
        {running.map((rule) => (
          <OneRun
            key={rule.id}
            rule={rule}
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

function OneRun({
  rule: {name, mode},
  preview,
  isFailed,
}: {
  rule: Rule
  /** `null` = not known yet. */
  preview: RulePreview | null
  isFailed: boolean
}) {
  const tried = preview && triedTogether([preview])
  return (
    <section
      aria-label={name}
      aria-busy={tried === null || undefined}
      className="grid gap-1.5 border-t border-line pt-3 first:border-t-0 first:pt-0"
    >
      <h3 className="flex flex-wrap items-baseline gap-x-2 font-medium wrap-anywhere">
        {name}
        <span className="text-12 font-normal text-text-2">{text(`rules.run.mode.${mode as 'ask'}`)}</span>
      </h3>
      {tried !== null && <TriedResult tried={tried} isTrial={false} />}
      {tried === null && !isFailed && (
        <>
          <Skeleton width={180} height={20} />
          <LongWait words={text('preview.long')} />
        </>
      )}
    </section>
  )
}
