import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../text/text.ts'
import {count} from '../../../ui/format.ts'
import {TextButton} from '../../../ui/TextButton.tsx'
import {selection, type Chosen, type TorrentName} from '../selection.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {missing, queryFor} from './selection-sums.ts'
import {liveNames, useKeysView, useSettled} from './use-keys-view.ts'

/** Selected torrents that the list does not show now: they stay selected, unless somebody drops them. */
export function OutsideNote({view, chosen}: {view: LiveView; chosen: Chosen}) {
  const names = useSettled(liveNames(chosen))
  const inside = useKeysView(names, view.wish)
  const [, change] = useTorrentsSearch()
  const outside = inside.isCurrent && inside.totals ? names.size - inside.totals.count : 0
  if (outside <= 0 || names.size === 0) return null
  const those = async (): Promise<readonly TorrentName[]> => missing(names, await inside.keys(0, names.size))
  const show = async () => change({q: queryFor(await those()) ?? undefined, servers: undefined})
  const drop = async () => selection.set(await those(), false)
  return (
    <span className="gap-2 max-phone:hidden!">
      <span className="num">{text('ledger.outside', {all: count(outside)})}</span>
      <TextButton onClick={() => void show()}>{text('ledger.outside.show')}</TextButton>
      <TextButton onClick={() => void drop()}>{text('ledger.outside.drop')}</TextButton>
    </span>
  )
}
