import {X} from 'lucide-react'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {bytes, count, fullSpeed, ratio} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Kbd} from '../../../ui/Kbd.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {SelectionActions} from '../../actions/SelectionActions.tsx'
import {selection, useIsHere, type Chosen} from '../selection.ts'
import {ledgerClass} from './ledger-class.ts'
import {OutsideNote} from './OutsideNote.tsx'
import {useSelectionSums} from './use-selection-sums.ts'

/** What is selected, where it is, and what can be done with it. */
export function SelectionLine({view, chosen}: {view: LiveView; chosen: Chosen}) {
  const sums = useSelectionSums(chosen)
  const isHere = useIsHere()
  // Of all that match as many as there are now: so many look chosen, and would be touched.
  const chosenCount = chosen.kind === 'matching' && sums ? sums.count : selection.count
  const {q, servers = null} = view.wish
  const found = view.totals?.count ?? 0
  return (
    <section aria-label={text('ledger.selection')} className={`${ledgerClass} gap-1 bg-accent-soft`}>
      {/* What finds no room wraps, and is out of sight as a whole. */}
      <div className="mr-auto flex h-full min-w-0 flex-wrap gap-x-3.5 overflow-hidden text-text-2 *:flex *:h-full *:items-center">
        <span className="gap-1 max-phone:hidden!">
          <b className="num text-text">{text('ledger.selected', {all: count(chosenCount)})}</b>
          {sums && sums.servers.length > 0 && whereWords(sums.servers)}
        </span>
        <b className="num text-text phone:hidden!">{count(chosenCount)}</b>
        <OutsideNote view={view} chosen={chosen} />
        {sums && <Quantity value={bytes(sums.size)} className="font-bold text-text max-phone:font-medium" />}
        {sums?.ratio !== undefined && (
          <span className="num gap-1 max-phone:hidden!">
            {text('ledger.ratio')} <Quantity value={ratio(sums.ratio)} className="font-bold text-text" />
          </span>
        )}
        {(chosenCount < found || !isHere) && (
          <TextButton className="max-phone:hidden!" onClick={() => selection.matching(q, servers, found)}>
            {text('ledger.select-all', {all: count(found)})}
          </TextButton>
        )}
        {sums && sums.up > 0 && <Rate value={sums.up} word={text('ledger.speed.up')} />}
        {sums && sums.down > 0 && <Rate value={sums.down} word={text('ledger.speed.down')} />}
      </div>
      <SelectionActions target={chosen} />
      <Button
        variant="ghost"
        icon={X}
        aria-label={text('ledger.clear-by-key')}
        className="max-desk:hidden"
        onClick={() => selection.clear()}
      >
        <Kbd keys="Esc" />
      </Button>
      <IconButton
        label={text('ledger.clear')}
        icon={X}
        keys="Esc"
        className="desk:hidden"
        onClick={() => selection.clear()}
      />
    </section>
  )
}

function Rate({value, word}: {value: number; word: string}) {
  return (
    <span className="gap-1 max-phone:hidden!">
      <Quantity value={fullSpeed(value)} className="font-bold text-text" /> {word}
    </span>
  )
}

function whereWords(servers: readonly string[]): string {
  const [only] = servers
  return servers.length === 1
    ? text('ledger.on', {server: only!})
    : text('ledger.on-several', {count: servers.length})
}
