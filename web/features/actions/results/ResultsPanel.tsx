import {text} from '../../../i18n/text.ts'
import {ActionResult} from './ActionResult.tsx'
import {useResults} from './results.ts'
import {UnsentResult} from './UnsentResult.tsx'

/** What did not go well, at the lower right until it is put away. */
export function ResultsPanel() {
  const {actions, unsent} = useResults()
  if (actions.length + unsent.length === 0) return null
  return (
    <section
      aria-label={text('result.panel')}
      className="fixed right-4 bottom-[calc(var(--status-h)+var(--ledger-h)+12px)] z-toast flex max-h-[min(70dvh,560px)] w-100 max-w-[calc(100vw-24px)] flex-col gap-2 overflow-y-auto rounded-l shadow-3 max-phone:inset-x-3 max-phone:bottom-[calc(122px+env(safe-area-inset-bottom))] max-phone:w-auto"
    >
      {unsent.map((it) => (
        <UnsentResult key={it.id} result={it} />
      ))}
      {actions.map((it) => (
        <ActionResult key={it.action_id} action={it} />
      ))}
    </section>
  )
}
