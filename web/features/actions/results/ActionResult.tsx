import {CircleCheck, X} from 'lucide-react'
import {useState} from 'react'
import type {RecentAction} from '../../../api/actions.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {doneWords} from '../action-words.ts'
import {counted} from '../counted.ts'
import {ProblemRow} from './ProblemRow.tsx'
import {resultGroups, type ResultGroups} from './result-groups.ts'
import {resultText, resultTitle, whereDone} from './result-words.ts'
import {ResultShares} from './ResultShares.tsx'
import {putAway} from './results.ts'
import {retry} from '../run-action.ts'

/** What became of one action: done, and each cause of what is not. */
export function ActionResult({action}: {action: RecentAction}) {
  const groups = resultGroups(action)
  return (
    <article className="shrink-0 overflow-clip rounded-l bg-raised">
      <header className="flex min-h-9 items-center pr-1 pl-3.5">
        <b className="num min-w-0 flex-1 truncate font-bold">{resultTitle(action)}</b>
        <IconButton label={text('result.put-away')} icon={X} onClick={() => putAway(action.action_id)} />
      </header>
      <ResultShares counts={action.counts} />
      <ul className="divide-y divide-line">
        {groups.done.count > 0 && <DoneRow verb={action.verb} groups={groups} />}
        {groups.problems.map((group) => (
          <ProblemRow key={`${group.outcome} ${group.message}`} group={group} />
        ))}
      </ul>
      {groups.omitted > 0 && (
        <p className="border-t border-line px-3.5 py-1.5 text-12 text-text-2">
          {counted('result.omitted', groups.omitted)}
        </p>
      )}
      <Footer action={action} groups={groups} />
    </article>
  )
}

function DoneRow({verb, groups}: {verb: string; groups: ResultGroups}) {
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)] items-center gap-2.5 px-3.5 py-1.5">
      <Icon icon={CircleCheck} className="text-st-seeding" />
      <span className="grid">
        <b className="font-medium">{doneWords(verb, groups.done.count)}</b>
        <span className="text-12 text-text-2">{whereDone(groups.done)}</span>
      </span>
    </li>
  )
}

function Footer({action, groups}: {action: RecentAction; groups: ResultGroups}) {
  const [isCopied, copy] = useCopy()
  const [isBusy, setBusy] = useState(false)
  const again = async () => {
    setBusy(true)
    await retry(action.action_id)
    setBusy(false)
  }
  return (
    <footer className="flex items-center gap-4 border-t border-line bg-bg py-1.5 pr-2 pl-3.5">
      <TextButton onClick={() => void copy(resultText(action, groups))}>
        {text(isCopied ? 'copy.copied' : 'copy.copy')}
      </TextButton>
      {action.retryable > 0 && (
        <Button
          className="ml-auto"
          waitsFor={isBusy ? text('result.retrying') : undefined}
          onClick={() => void again()}
        >
          {counted('result.retry', action.retryable)}
        </Button>
      )}
    </footer>
  )
}
