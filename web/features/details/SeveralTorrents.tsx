import {liveLimits} from '#model/live.ts'
import {useServers} from '../../live/servers.ts'
import {useLiveView} from '../../live/use-view.ts'
import {text} from '../../text/text.ts'
import {count} from '../../ui/format.ts'
import {DefinitionList} from '../../ui/DefinitionList.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {partsOf, type Chosen} from '../torrents/selection.ts'
import {generalGrid, generalSection} from './GeneralTab.tsx'
import {sharedFacts, sums, type SeveralFigure} from './several.ts'
import {detailColumns, torrentOf, type Torrent} from './torrent.ts'

/** So many are looked at; of more the first ones. */
const MOST = 200

/** What several torrents have together. */
export function SeveralTorrents({chosen, total}: {chosen: Chosen; total: number}) {
  const torrents = useChosenTorrents(chosen)
  const servers = useServers() ?? []
  const nameOf = (id: string) => servers.find(({server_id}) => server_id === id)?.server_name ?? id
  return (
    <div className={generalGrid}>
      <section className={generalSection}>
        <p className="mb-[11px]">
          <b>{text('details.several', {count: total}).replace(String(total), count(total))}</b>{' '}
          {torrents.length > 0 && torrents.length < total && (
            <span className="text-text-3">
              {text('details.several.first', {count: count(torrents.length)})}
            </span>
          )}
        </p>
        {torrents.length > 0 && <Figures figures={sharedFacts(torrents, nameOf)} />}
      </section>
      <section className={generalSection}>
        {torrents.length > 0 && <Figures figures={sums(torrents)} />}
      </section>
    </div>
  )
}

function Figures({figures}: {figures: readonly SeveralFigure[]}) {
  const entries = figures.map(({term, value}) => ({
    id: term,
    term: text(term),
    value: <Quantity value={value} />,
  }))
  return <DefinitionList entries={entries} />
}

function useChosenTorrents(chosen: Chosen): readonly Torrent[] {
  const wish = {...wishOf(chosen), sort: ['name'], group: null, columns: detailColumns, facets: []}
  const view = useLiveView(wish, [[0, MOST]])
  const torrents: Torrent[] = []
  const except = chosen.kind === 'matching' ? chosen.except : null
  for (let rank = 0; rank < MOST; rank++) {
    const row = view.at(rank)
    if (row && !except?.has(row.key)) torrents.push(torrentOf(row, {}))
  }
  return torrents
}

function wishOf(chosen: Chosen) {
  if (chosen.kind === 'some')
    return {q: '', keys: [...chosen.names].slice(0, liveLimits.keysInWish).map(partsOf)}
  return {q: chosen.q, ...(chosen.servers && {servers: chosen.servers})}
}
