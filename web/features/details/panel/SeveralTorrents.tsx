import {text} from '../../../i18n/text.ts'
import {useIsGone} from '../../../live/socket.ts'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {objectionTo} from '../../actions/actions.ts'
import {useSelectionFigures} from '../../actions/selection-figures.ts'
import type {Selected} from '../../torrent-rows/selection.ts'
import {generalGrid, generalSection} from '../general/GeneralTab.tsx'
import {PartSkeleton} from '../PartFrame.tsx'
import {sharedFacts, sums, type SeveralFigure} from './several.ts'

/** Reckoning up many takes the server a while. */
const MANY = 5_000
const LOOK_AGAIN_MS = {few: 3_000, many: 10_000} as const

/** What several torrents have together: of all of them, as their server reckons it. */
export function SeveralTorrents({selected, total}: {selected: Selected; total: number}) {
  const everyMs = total > MANY ? LOOK_AGAIN_MS.many : LOOK_AGAIN_MS.few
  const figures = useSelectionFigures(selected, true, everyMs)
  const objection = objectionTo(selected, useIsGone())
  return (
    <div className={generalGrid}>
      <section className={generalSection}>
        <p className="mb-[11px]">
          <b>{text('details.several', {count: total})}</b>
        </p>
        {figures ? (
          <Figures figures={sharedFacts(figures)} />
        ) : objection === null ? (
          <PartSkeleton />
        ) : (
          <p className="text-text-3">{objection}</p>
        )}
      </section>
      <section className={generalSection}>
        {figures && (
          <>
            <Figures figures={sums(figures)} />
            {figures.stale > 0 && (
              <p className="mt-2.5 text-12 text-text-3">
                {text('details.several.stale', {count: figures.stale})}
              </p>
            )}
            {figures.gone > 0 && (
              <p className="mt-2.5 text-12 text-text-3">
                {text('details.several.gone', {count: figures.gone})}
              </p>
            )}
          </>
        )}
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
