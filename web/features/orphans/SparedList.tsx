import type {OrphanList} from '../../api/orphans.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {Fold} from '../../ui/Fold.tsx'

/** What no torrent claims, and is left alone all the same. */
export function SparedList({spared, leftOff}: {spared: OrphanList['spared']; leftOff: number}) {
  return (
    <Card>
      <Fold
        title={text('orphans.spared', {count: spared.length + leftOff})}
        titleClass="font-bold"
        hasFault={false}
      >
        <ul className="mt-2 divide-y divide-line">
          {spared.map(({path, why}) => (
            <li key={path} className="grid gap-0.5 py-2">
              <span className="wrap-anywhere">{path}</span>
              <span className="text-12 text-text-2">{text(`orphans.spared.${why}`)}</span>
            </li>
          ))}
        </ul>
        {leftOff > 0 && <p className="text-12 text-text-2">{text('orphans.left-off', {count: leftOff})}</p>}
      </Fold>
    </Card>
  )
}
