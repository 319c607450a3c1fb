import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {CircleCheck, Info} from 'lucide-react'
import type {ReactNode} from 'react'
import {
  arrDefinitionQuery,
  arrSetupQuery,
  undoFix,
  type Arr,
  type ArrDefinition,
  type ArrDiscovery,
} from '../../../api/arrs.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {listed, text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Fold} from '../../../ui/Fold.tsx'
import {useSaving} from '../../../ui/use-saving.ts'
import {bytes, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {FindingList} from './FindingList.tsx'

/** How the Arr is set up, as it says itself: first what should change there, then where everything goes. For its owner. */
export function SetupCard({arr}: {arr: Arr}) {
  const reading = useQuery(arrSetupQuery(arr.id))
  const {data: setup, isFetching, refetch} = reading
  const {data: definition} = useQuery({...arrDefinitionQuery(arr.id), enabled: arr.origin === 'file'})
  return (
    <Card
      title={text('arr.setup')}
      isPadded={false}
      actions={
        <Button
          variant="ghost"
          onClick={() => void refetch()}
          waitsFor={isFetching ? text('arr.asking') : undefined}
        >
          {text('arr.ask-again')}
        </Button>
      }
    >
      <Awaited reading={reading} what={text('arr.setup')} className="m-3">
        <Skeleton width="55%" className="mx-3.5 my-3.5" />
      </Awaited>
      {setup && (
        <>
          <div className="py-1.5">
            <FindingList id={arr.id} findings={setup.findings} />
            <FixedList arr={arr} fixed={setup.fixed} />
          </div>
          <ul className="divide-y divide-line border-t border-line">
            <Servers arr={arr} setup={setup} />
            <Folders setup={setup} />
            <Mappings setup={setup} />
            <Line
              term={text('arr.setup.profiles')}
              value={text('arr.setup.profiles.count', {count: setup.profiles.length})}
            >
              {listed(setup.profiles.map(({name}) => name))}
            </Line>
            {setup.request_managers.length > 0 && (
              <Line
                term={text('arr.setup.requests')}
                value={listed(setup.request_managers.map(({name}) => name))}
              />
            )}
            {arr.origin === 'file' && definition && <Section arr={arr} definition={definition} />}
          </ul>
        </>
      )}
    </Card>
  )
}

function Line({
  term,
  value,
  isWell = true,
  children,
}: {
  term: string
  value: ReactNode
  isWell?: boolean
  /** What is behind it. */
  children?: ReactNode
}) {
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-2 px-3 py-2">
      <Icon
        icon={isWell ? CircleCheck : Info}
        size={14}
        className={isWell ? 'mt-1 text-st-seeding' : 'mt-1 text-text-3'}
      />
      <div className="flex min-w-0 flex-wrap justify-between gap-x-3">
        <span>{term}</span>
        <span className="min-w-0 text-right text-text-2 wrap-anywhere">{value}</span>
        {children !== undefined && children !== '' && (
          <span className="basis-full text-12 text-pretty text-text-3 wrap-anywhere">{children}</span>
        )}
      </div>
    </li>
  )
}

/** Its torrent servers: those that are here lead to their pages. */
function Servers({arr, setup: {servers}}: {arr: Arr; setup: ArrDiscovery}) {
  const used = servers.filter(({enabled}) => enabled)
  const others = used.filter(({known}) => known === null).map(({name}) => name)
  const categories = new Set(used.flatMap((it) => it.categories))
  return (
    <Line
      term={text('arr.setup.servers')}
      isWell={used.length > 0 && others.length === 0}
      value={
        used.length === 0
          ? text('arr.setup.servers.none')
          : used.map(({name, known}, at) => (
              <span key={name}>
                {at > 0 && ', '}
                {known === null ? (
                  name
                ) : (
                  <Link to="/settings/servers/$id" params={{id: known.server_id}} className={textLinkClass}>
                    {known.server_name}
                  </Link>
                )}
              </span>
            ))
      }
    >
      {[
        text('arr.setup.category', {category: [...categories].join(', ') || arr.category}),
        ...(others.length > 0 ? [text('arr.setup.servers.unknown', {names: listed(others)})] : []),
      ].join(' ')}
    </Line>
  )
}

function Folders({setup: {root_folders: folders}}: {setup: ArrDiscovery}) {
  if (folders.length === 0)
    return <Line term={text('arr.setup.library')} isWell={false} value={text('arr.setup.none')} />
  const away = folders.filter(({accessible}) => !accessible)
  return (
    <Line
      term={text('arr.setup.library')}
      isWell={away.length === 0}
      value={<span className="font-mono text-12">{folders.map(({path}) => path).join(', ')}</span>}
    >
      {folders
        .map(({path, accessible, free_space: free}) => {
          if (!accessible) return text('arr.setup.library.away', {path})
          return free === null ? '' : text('arr.setup.library.free', {free: written(bytes(free))})
        })
        .filter((it) => it !== '')
        .join(' ')}
    </Line>
  )
}

function Mappings({setup: {path_mappings: mappings}}: {setup: ArrDiscovery}) {
  return (
    <Line term={text('arr.setup.paths')} value={text('arr.setup.paths.count', {count: mappings.length})}>
      {mappings
        .map(({host, remote_path: remote, local_path: local}) =>
          text('arr.setup.paths.is', {host, remote, local}),
        )
        .join(' ')}
    </Line>
  )
}

/** Which lines of config.toml say it, or that environment variables do. */
function Section({arr: {id}, definition: {sources}}: {arr: Arr; definition: ArrDefinition}) {
  const lines = sources.flatMap(({line}) => line ?? [])
  const variables = sources.flatMap(({variable}) => variable ?? [])
  if (lines.length === 0 && variables.length > 0)
    return (
      <Line term={text('arr.setup.from')} value={text('arr.setup.from.variables')}>
        {listed(variables)}
      </Line>
    )
  return (
    <Line term={text('arr.setup.from')} value="config.toml">
      {lines.length > 0
        ? text('arr.setup.from.lines', {section: id, from: Math.min(...lines), to: Math.max(...lines)})
        : `[${id}]`}
    </Line>
  )
}

/** What was changed in the Arr from here: it can be put back, however long ago that was. */
function FixedList({arr: {id, name}, fixed}: {arr: Arr; fixed: ArrDiscovery['fixed']}) {
  if (fixed.length === 0) return null
  return (
    <Fold
      isForced={false}
      title={text('arr.doctor.fixed-here', {name, count: fixed.length})}
      titleClass="px-3 text-12 text-text-2"
    >
      <ul>
        {fixed.map((one) => (
          <FixedRow key={`${one.code} ${one.about}`} id={id} fixed={one} />
        ))}
      </ul>
    </Fold>
  )
}

function FixedRow({id, fixed}: {id: string; fixed: ArrDiscovery['fixed'][number]}) {
  const {about, sentence, at} = fixed
  const now = useNow(60_000)
  const what = about === '' ? sentence : `${about}: ${sentence}`
  const {send, isBusy, error} = useSaving(what)
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1 px-3 py-1 text-12">
      <span className="min-w-0 flex-[1_1_200px] py-1 text-pretty wrap-anywhere text-text-2">
        {text('arr.doctor.fixed-when', {what, when: exactTime(at, now)})}
        {error !== '' && (
          <span role="alert" className="block text-st-error">
            {error}
          </span>
        )}
      </span>
      <Button
        variant="ghost"
        waitsFor={isBusy ? text('arr.doctor.fixing') : undefined}
        aria-label={text('arr.doctor.put-back-what', {what})}
        onClick={() => void send(() => undoFix(id, fixed))}
      >
        {text('arr.doctor.put-back')}
      </Button>
    </li>
  )
}
