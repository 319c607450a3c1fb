import {TriangleAlert} from 'lucide-react'
import type {QueryMistake} from '#model/live.ts'
import {mistakeCodes} from '#search-query/mistakes.ts'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {wrongTerm} from './query-draft.ts'

const MOST = 3

/** What of the search is not understood, and what may have been meant. */
export function MistakeNotes({
  id,
  query,
  mistakes,
  isHeld,
  onMend,
}: {
  id: string
  query: string
  mistakes: readonly QueryMistake[]
  isHeld: boolean
  onMend: (mistake: QueryMistake) => void
}) {
  return (
    <div id={id} aria-live="polite" className="grid gap-1 px-3 py-2">
      {mistakes.slice(0, MOST).map((mistake) => (
        <p key={`${mistake.from} ${mistake.code}`} className="flex items-start gap-2">
          <Icon icon={TriangleAlert} size={14} className="mt-0.5 text-st-stalled" />
          <span className="min-w-0 text-pretty wrap-anywhere">
            <code className="font-mono text-12">{wrongTerm(query, mistake)}</code>: {saysOf(mistake)}.
            {mistake.suggestion !== '' && (
              <>
                {' '}
                {text('search.meant')}{' '}
                <TextButton className="font-mono text-12" onClick={() => onMend(mistake)}>
                  {mistake.suggestion}
                </TextButton>
                ?
              </>
            )}
          </span>
        </p>
      ))}
      {isHeld && <p className="pl-[22px] text-12 text-text-3">{text('search.kept')}</p>}
    </div>
  )
}

function saysOf({code, message}: QueryMistake): string {
  const known = mistakeCodes.find((it) => it === code)
  return known ? text(`mistake.${known}`) : message
}
