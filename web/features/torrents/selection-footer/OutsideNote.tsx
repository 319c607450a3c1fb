import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {TextButton} from '../../../ui/TextButton.tsx'
import {scopeText} from '../../servers/switcher/scope.ts'
import {selection, useIsHere, type Chosen, type TorrentName} from '../selection.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {missing, queryFor} from './selection-sums.ts'
import {liveNames, useKeysView, useSettled} from './use-keys-view.ts'

/** Selected torrents that the list does not show now: they stay selected, unless somebody drops them. */
export function OutsideNote({view, chosen}: {view: LiveView; chosen: Chosen}) {
  const names = useSettled(liveNames(chosen))
  const inside = useKeysView(names, view.wish)
  const [, change] = useTorrentsSearch()
  const isHere = useIsHere()
  const outside = inside.isCurrent && inside.totals ? names.size - inside.totals.count : 0
  if (chosen.kind === 'matching') {
    if (isHere) return null
    const back = () => change({q: chosen.q, servers: scopeText(chosen.servers)})
    return <Note words={text('ledger.elsewhere')} onShow={back} onDrop={() => selection.clear()} />
  }
  if (outside <= 0 || names.size === 0) return null
  const those = async (): Promise<readonly TorrentName[]> => {
    const there = await inside.keys(0, names.size)
    return there === null ? [] : missing(names, there)
  }
  const show = async () => change({q: queryFor(await those()) ?? undefined, servers: undefined})
  const drop = async () => selection.set(await those(), false)
  return (
    <Note
      words={text('ledger.outside', {all: count(outside)})}
      onShow={() => void show()}
      onDrop={() => void drop()}
    />
  )
}

function Note({words, onShow, onDrop}: {words: string; onShow: () => void; onDrop: () => void}) {
  return (
    <span className="gap-2 max-phone:hidden!">
      <span className="num">{words}</span>
      <TextButton onClick={onShow}>{text('ledger.outside.show')}</TextButton>
      <TextButton onClick={onDrop}>{text('ledger.outside.drop')}</TextButton>
    </span>
  )
}
