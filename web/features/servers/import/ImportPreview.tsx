import {useEffect, useRef} from 'react'
import type {ImportAnswer} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Note} from '../../../ui/Note.tsx'
import {ImportItemRow} from './ImportItemRow.tsx'
import type {ImportState} from './use-import.ts'

/** What would be done with each entry, or what was done. */
export function ImportPreview({
  state,
  answer,
  isDone,
}: {
  state: ImportState
  answer: ImportAnswer
  isDone: boolean
}) {
  const place = useRef<HTMLElement>(null)
  // Below a long list nobody would see that there is an answer.
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    place.current?.scrollIntoView({block: 'start'})
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each answer
  }, [answer])
  return (
    <section ref={place} aria-label={text('import.plan')} aria-live="polite" className="grid gap-2">
      <p className="font-medium">
        {'json' in state.source
          ? summary(answer)
          : text('import.found', {format: text(`import.format.${answer.format}`), what: summary(answer)})}
      </p>
      {answer.warnings.map((warning) => (
        <Note key={warning} tone="warn">
          {warning}
        </Note>
      ))}
      <ul className="overflow-clip rounded-l border border-line-strong">
        {answer.items.map((item) => (
          <ImportItemRow key={item.item} item={item} state={state} isDone={isDone} />
        ))}
      </ul>
    </section>
  )
}

/** "2 new, 1 changed, 3 as they are". */
function summary({items}: ImportAnswer): string {
  const counts = new Map<string, number>()
  for (const {action} of items) counts.set(action, (counts.get(action) ?? 0) + 1)
  return [...counts]
    .map(([action, count]) =>
      text(`import.count.${action as ImportAnswer['items'][number]['action']}`, {count}),
    )
    .join(', ')
}
