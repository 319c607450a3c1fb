import {Link} from '@tanstack/react-router'
import type {RulePreview} from '../../api/rules.ts'
import {useServers} from '../../live/servers.ts'
import {text} from '../../text/text.ts'
import {bytes, count, written} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {Meter, type MeterTone} from '../../ui/Meter.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import type {Preview} from './use-preview.ts'

type Count = RulePreview['matched']

/** What a rule would do if it ran now: how many, how much, where, and the first of them. */
export function PreviewPane({preview}: {preview: Preview}) {
  const {data, mistakes, error, isNotReady, isBehind} = preview
  const isWrong = mistakes.length > 0
  return (
    <section
      aria-label={text('preview.title')}
      aria-busy={isBehind || undefined}
      className="grid content-start gap-3"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h2 className="font-bold">{text('preview.title')}</h2>
        {data && (
          <span className="num text-12 text-text-3">{text('preview.from', {count: data.looked})}</span>
        )}
      </div>
      {isWrong && <p className="text-text-2">{text('preview.mistakes')}</p>}
      {isNotReady && <p className="text-text-2">{text('preview.not-ready')}</p>}
      {error !== '' && <Note tone="bad">{error}</Note>}
      {!data && !isWrong && !isNotReady && error === '' && <Skeleton width={180} height={28} />}
      {data && (
        <div className={joined('grid gap-4', isBehind && 'opacity-60')}>
          <p className="text-28/tight font-bold tracking-[-.025em]" aria-live="polite">
            {bigWords(data.would_act)}
          </p>
          <Funnel data={data} />
          <Groups data={data} />
          <First data={data} />
        </div>
      )}
    </section>
  )
}

function bigWords({count: its, bytes: size}: Count): string {
  if (its === 0) return text('preview.none')
  return text('preview.big', {count: its, size: written(bytes(size))})
}

function Funnel({data}: {data: RulePreview}) {
  const most = Math.max(1, data.matched.count)
  const lines: readonly [string, Count, MeterTone][] = [
    [text('preview.match'), data.matched, 'accent'],
    [text('preview.held'), data.held, 'warn'],
    [text('preview.act'), data.would_act, 'bad'],
  ]
  return (
    <div className="grid gap-1.5">
      {lines.map(([label, its, tone]) => (
        <div key={label} className="num grid grid-cols-[minmax(0,1fr)_auto_80px] gap-x-2.5">
          <span>{label}</span>
          <span className="text-right">{count(its.count)}</span>
          <span className="text-right text-text-2">{written(bytes(its.bytes))}</span>
          <Meter share={its.count / most} label={label} tone={tone} className="col-span-full h-[3px]!" />
        </div>
      ))}
      {data.would_act.count > 0 && <p className="text-12 text-text-3">{text('preview.guards')}</p>}
    </div>
  )
}

/** Where it would act; a list with one line says nothing that is not said. */
function Groups({data}: {data: RulePreview}) {
  const names = new Map(useServers()?.map((it) => [it.server_id, it.server_name]))
  return (
    <>
      <Group title={text('preview.servers')} of={data.servers} nameOf={(id) => names.get(id) ?? id} />
      <Group title={text('preview.trackers')} of={data.trackers} />
      <Group title={text('preview.categories')} of={data.categories} />
    </>
  )
}

const SHOWN = 5
const asItIs = (name: string) => name

function Group({
  title,
  of,
  nameOf = asItIs,
}: {
  title: string
  of: RulePreview['servers']
  nameOf?: (name: string) => string
}) {
  if (of.length === 0) return null
  const shown = of.toSorted((one, other) => other.count - one.count).slice(0, SHOWN)
  return (
    <div className="text-12">
      <h3 className="pb-1 text-11 font-bold text-text-3">{title}</h3>
      <ul className="grid gap-0.5">
        {shown.map(({name, count: its, bytes: size}) => (
          <li key={name} className="num grid grid-cols-[minmax(0,1fr)_auto_80px] gap-x-2.5">
            <span className="truncate">{name === '' ? text('preview.unnamed') : nameOf(name)}</span>
            <span className="text-right">{count(its)}</span>
            <span className="text-right text-text-2">{written(bytes(size))}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const FIRST = 8

function First({data: {decisions}}: {data: RulePreview}) {
  if (decisions.length === 0) return null
  return (
    <div className="text-12">
      <h3 className="pb-1 text-11 font-bold text-text-3">{text('preview.first')}</h3>
      <ul>
        {decisions
          .slice(0, FIRST)
          .map(({subject_key: key, server_id: serverId, info_hash: hash, name, bytes: size}) => (
            <li
              key={key}
              className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5 border-t border-line py-1.5"
            >
              {serverId !== null && hash !== null ? (
                <Link
                  to="/torrents"
                  search={{at: `${serverId}~${hash}`, tab: 'why'}}
                  className={`${textLinkClass} min-w-0`}
                >
                  <MiddleText>{name ?? hash}</MiddleText>
                </Link>
              ) : (
                <span className="truncate">{name ?? key}</span>
              )}
              <span className="num text-text-2">{size !== null && written(bytes(size))}</span>
            </li>
          ))}
      </ul>
    </div>
  )
}
