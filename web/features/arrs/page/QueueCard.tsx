import type {Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Card} from '../../../ui/Card.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {queueGrid, QueueRowLine} from './QueueRowLine.tsx'
import type {QueueLine, QueueStage} from './queue-lines.ts'

/** The queue of an Arr beside the torrents: what each does now, and what happens next. */
export function QueueCard({
  arr,
  lines,
  stage,
  onAll,
}: {
  arr: Arr
  lines: readonly QueueLine[]
  /** Only of these; `null` = all. */
  stage: QueueStage | null
  onAll: () => void
}) {
  const shown = stage === null ? lines : lines.filter((it) => it.stage === stage)
  return (
    <Card
      title={text('arr.queue')}
      isPadded={false}
      className="overflow-clip"
      actions={
        <span className="flex items-center gap-3 text-text-3">
          {stage === null
            ? text('arr.queue.joined', {count: lines.length})
            : text('arr.queue.some', {shown: shown.length, count: lines.length})}
          {stage !== null && <TextButton onClick={onAll}>{text('arr.queue.all')}</TextButton>}
        </span>
      }
    >
      {shown.length === 0 ? (
        <p className="px-3.5 py-3 text-text-2">
          {stage === null ? text('arr.queue.empty', {name: arr.name}) : text('arr.queue.none-such')}
        </p>
      ) : (
        <>
          <div
            aria-hidden
            className={`${queueGrid} border-b border-line-strong py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
          >
            <span>{text('arr.queue.release')}</span>
            <span>{text('column.state')}</span>
            <span className="text-right">{text('column.size')}</span>
            <span>{text('column.server')}</span>
            <span>{text('arr.queue.next')}</span>
          </div>
          <ul aria-label={text('arr.queue')}>
            {shown.map((line) => (
              <QueueRowLine key={line.id} line={line} />
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}
