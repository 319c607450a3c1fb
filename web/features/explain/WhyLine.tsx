import {useQuery} from '@tanstack/react-query'
import {explanationQuery, type Verdict} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {joined} from '../../ui/joined.ts'
import {Meter} from '../../ui/Meter.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import type {Torrent} from '../details/torrent.ts'
import {countedWords} from './fact-words.ts'
import {KeepForever} from './KeepForever.tsx'
import {phraseWords} from './verdict-words.ts'

/** More bars would be higher than the sentence. */
const MOST_BARS = 2

/**
 * Why a torrent stays or goes, above every part of its details: what follows from it, how far what is counted has come,
 * and the way to all of it.
 *
 * @param isShort the sentence alone, where there is no room
 */
export function WhyLine({
  torrent,
  isShort = false,
  onExplain,
  className,
}: {
  torrent: Torrent
  isShort?: boolean
  onExplain: () => void
  className?: string
}) {
  const now = useNow(10_000)
  const {data, error} = useQuery(explanationQuery(torrent))
  // While nobody can say, the rest stands alone.
  if (error && !data) return <span />
  return (
    <section
      aria-label={text('details.tab.why')}
      className={joined('flex min-h-9 min-w-0 flex-wrap items-center gap-x-6 gap-y-1.5', className)}
    >
      {data ? (
        <>
          <p className="min-w-0 flex-1 basis-72 leading-[1.4] text-pretty wrap-anywhere">
            <b className="font-medium">{phraseWords(data.verdict.says, now)}</b>{' '}
            {!isShort && data.verdict.follows && (
              <span className="text-text-2">{phraseWords(data.verdict.follows, now)} </span>
            )}
            {!isShort && (
              <span className="whitespace-nowrap">
                <TextButton onClick={onExplain}>{text('details.explain')}</TextButton>{' '}
                <KeepForever torrent={torrent} isInLine />
              </span>
            )}
          </p>
          {!isShort && <Bars verdict={data.verdict} />}
        </>
      ) : (
        <Skeleton height={18} />
      )}
    </section>
  )
}

/** How far has come what is counted, the first things first. */
function Bars({verdict: {reasons}}: {verdict: Verdict}) {
  const all = reasons.flatMap((reason) => reason.counted)
  // Two rules may count the same, each up to its own end: what decides comes first.
  const counted = all
    .filter(({what}, place) => all.findIndex((it) => it.what === what) === place)
    .slice(0, MOST_BARS)
  if (counted.length === 0) return null
  return (
    <div className="num grid w-full max-w-[320px] grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 text-12 text-text-2">
      {counted.map((one) => (
        <div key={one.what} className="contents">
          <span>{text(`why.counted.${one.what}`)}</span>
          <Meter
            share={one.needed > 0 ? one.done / one.needed : 1}
            label={text(`why.counted.${one.what}`)}
            valueText={countedWords(one)}
            tone={one.done >= one.needed ? 'good' : 'accent'}
            className="h-[5px]!"
          />
          <span className="text-right">{countedWords(one)}</span>
        </div>
      ))}
    </div>
  )
}
