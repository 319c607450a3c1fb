import {useServer} from '../../../live/servers.ts'
import {useNow} from '../../../live/clock.ts'
import {FigureList} from './FigureList.tsx'
import {figuresOf} from './figures.ts'
import {PiecesBar} from './PiecesBar.tsx'
import {SentenceLine} from './SentenceLine.tsx'
import {sentenceOf} from './sentence.ts'
import {SpeedChart} from './SpeedChart.tsx'
import type {Torrent} from '../torrent.ts'
import {TorrentFacts} from './TorrentFacts.tsx'
import {useAbilities} from '../use-abilities.ts'

/** The answer in a sentence, then what the torrent is, its figures, its speed and its pieces. */
export function GeneralTab({torrent}: {torrent: Torrent}) {
  const now = useNow(10_000)
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const abilities = useAbilities(torrent.server_id)
  const {whyNot} = abilities
  return (
    <div className={generalGrid}>
      <section className={generalSection}>
        <SentenceLine sentence={sentenceOf(torrent, server, now)} />
        {abilities.viewOnly !== null && <p className="mb-2.5 text-12 text-text-3">{abilities.viewOnly}</p>}
        <TorrentFacts torrent={torrent} abilities={abilities} />
      </section>
      <section className={generalSection}>
        <FigureList
          torrent={torrent}
          figures={figuresOf(torrent, now)}
          canEdit={abilities.canControl}
          whyNot={whyNot}
        />
      </section>
      <section className={generalSection}>
        <SpeedChart torrent={torrent} />
        <PiecesBar torrent={torrent} whyNot={whyNot('pieces')} />
      </section>
    </div>
  )
}

/** One column, two or three: by the room of the panel, wherever it is docked. */
export const generalGrid =
  'grid min-h-0 h-full overflow-auto content-start @min-[560px]:grid-cols-2 @min-[960px]:content-stretch ' +
  '@min-[960px]:grid-cols-[minmax(0,1.15fr)_minmax(0,.8fr)_minmax(0,1.25fr)]'

export const generalSection =
  'min-w-0 px-4 py-3 max-phone:px-3.5 not-first:border-t border-line @min-[560px]:nth-2:border-t-0 @min-[560px]:nth-2:border-l ' +
  '@min-[960px]:nth-3:border-t-0 @min-[960px]:nth-3:border-l @min-[560px]:@max-[960px]:nth-3:col-span-2'
