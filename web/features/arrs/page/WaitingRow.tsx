import {Link} from '@tanstack/react-router'
import {Ellipsis, Hand} from 'lucide-react'
import type {Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {actionOf, isComplete, type Answer, type QueueLine} from './queue-lines.ts'
import type {AnswerResult} from './use-waiting.ts'

/** A download that the Arr gets no further with, in its own words, with one to three answers. */
export function WaitingRow({
  arr,
  line,
  result,
  onAnswer,
}: {
  arr: Arr
  line: QueueLine
  result: AnswerResult | null
  onAnswer: (answer: Answer) => void
}) {
  const {row, title, torrents, sayings} = line
  const [torrent] = torrents
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] gap-x-2.5 gap-y-1 px-3.5 py-3 max-desk:grid-cols-[20px_minmax(0,1fr)]">
      <Icon icon={Hand} className="mt-0.5 text-st-stalled" />
      <div className="grid min-w-0 gap-0.5">
        <MiddleText className="font-bold">{row.title}</MiddleText>
        <p className="text-pretty text-text-2 wrap-anywhere">
          {text('arr.waiting.refuses', {name: arr.name})}{' '}
          {sayings.length === 0 ? (
            text('arr.waiting.silent')
          ) : (
            <i className="font-medium text-text not-italic">{sayings.map((it) => `“${it}”`).join(' ')}</i>
          )}
        </p>
        <p className="flex flex-wrap gap-x-2 text-12 text-text-3">
          {torrent === undefined ? (
            <span>{text('arr.next.unseen')}</span>
          ) : (
            <Link
              to="/torrents"
              search={{at: `${torrent.server_id}~${torrent.info_hash}`}}
              className={textLinkClass}
            >
              {text('arr.waiting.on', {server: torrents.map((it) => it.server_name).join(', ')})}
            </Link>
          )}
          <span>{[title ?? '', row.quality, row.indexer].filter((it) => it !== '').join(' · ')}</span>
        </p>
        {result && <ResultLine result={result} name={arr.name} />}
      </div>
      {arr.access !== 'view' && <AnswerButtons line={line} running={runningOf(result)} onAnswer={onAnswer} />}
    </li>
  )
}

function runningOf(result: AnswerResult | null): Answer | null {
  return result?.state === 'running' ? result.answer : null
}

function ResultLine({result, name}: {result: AnswerResult; name: string}) {
  if (result.state === 'running') return null
  const isDone = result.state === 'done'
  return (
    <output className={`block text-pretty wrap-anywhere ${isDone ? 'text-st-seeding' : 'text-st-error'}`}>
      {isDone
        ? text(`arr.answer.${result.answer}.done`)
        : text('arr.answer.refused', {name, words: result.words})}
    </output>
  )
}

/** One to three that fit, the rest in a menu. */
function AnswerButtons({
  line,
  running,
  onAnswer,
}: {
  line: QueueLine
  running: Answer | null
  onAnswer: (answer: Answer) => void
}) {
  const wanted: readonly Answer[] = isComplete(line)
    ? ['import', 'ignore', 'blocklist', 'search']
    : ['search', 'ignore', 'blocklist', 'import']
  const [first, second, third, ...rest] = wanted.filter((answer) => actionOf(answer, line) !== null)
  const shown = [first, second, third].filter((answer) => answer !== undefined)
  return (
    <div className="flex flex-wrap items-center gap-1.5 self-center max-desk:col-start-2 max-desk:mt-1.5">
      {shown.map((answer) => (
        <Button
          key={answer}
          variant={answer === 'blocklist' ? 'danger' : 'default'}
          onClick={() => onAnswer(answer)}
          aria-label={text('arr.answer.for', {answer: text(`arr.answer.${answer}`), name: line.row.title})}
          waitsFor={running === answer ? text('arr.answer.sending') : undefined}
        >
          {text(`arr.answer.${answer}`)}
        </Button>
      ))}
      {rest.length > 0 && (
        <DropdownMenu
          label={line.row.title}
          align="end"
          entries={rest.map((answer) => ({
            id: answer,
            label: text(`arr.answer.${answer}`),
            onSelect: () => onAnswer(answer),
          }))}
          trigger={<IconButton icon={Ellipsis} label={text('arr.answer.more', {name: line.row.title})} />}
        />
      )}
    </div>
  )
}
