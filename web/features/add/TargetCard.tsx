import {useId} from 'react'
import {CheckMark} from '../../ui/CheckMark.tsx'
import {bytes} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {Quantity} from '../../ui/Quantity.tsx'
import {ServerName} from '../servers/list/ServerName.tsx'
import {refusedWord, targetWords} from './target-words.ts'
import type {Target} from './use-targets.ts'

/** A server to put it on: what is free now and after, whether it has it, or why it cannot take it. */
export function TargetCard({
  target,
  size,
  torrents,
  onToggle,
}: {
  target: Target
  size: {readonly bytes: number; readonly isWhole: boolean}
  torrents: number
  onToggle: () => void
}) {
  const id = useId()
  const {server, place, isChosen, canTake} = target
  const words = targetWords(target, size, torrents)
  const refused = refusedWord(target)
  return (
    <button
      type="button"
      // The whole card is the target; the box inside is only its picture.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="checkbox"
      aria-checked={isChosen}
      aria-disabled={!canTake || undefined}
      aria-describedby={`${id}-words`}
      aria-labelledby={`${id}-name`}
      onClick={() => canTake && onToggle()}
      className={joined(
        'grid w-full grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-0.5 rounded-m border px-2.5 py-2 text-left transition-colors focus-visible:shadow-focus max-phone:min-h-13',
        isChosen ? 'border-accent-line bg-accent-soft' : 'border-line-strong',
        canTake && !isChosen && 'hover:bg-hover',
        !canTake && 'cursor-default text-text-3',
      )}
    >
      <CheckMark state={isChosen} isOff={!canTake} />
      <span id={`${id}-name`} className={joined('min-w-0', canTake && 'font-medium')}>
        <ServerName server={server} place={place} />
      </span>
      {refused === null ? (
        <Quantity value={bytes(server.free_space)} className={words.isWarning ? 'text-st-stalled' : ''} />
      ) : (
        <span className="text-12">{refused}</span>
      )}
      {words.text !== '' && (
        <span id={`${id}-words`} className="col-span-2 col-start-2 text-12 text-pretty text-text-2">
          {words.text}
        </span>
      )}
    </button>
  )
}
