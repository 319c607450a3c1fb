import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {printedValue} from '#search-query/printing.ts'
import {distributionQuery, type Distribution} from '../../api/today.ts'
import {text} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Card} from '../../ui/Card.tsx'
import {count as counted} from '../../ui/format.ts'
import {serverColour} from '../../ui/server-colours.ts'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {Swatch} from '../../ui/Swatch.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {isOnline} from '../servers/health/health-words.ts'
import {useScopedServers} from '../servers/switcher/scoped-servers.ts'
import {scopeText, useServerScope} from '../servers/switcher/scope.ts'
import {spreadOf} from './figures.ts'

const MOST = 6

/** How many torrents of each category are on which server; every figure leads to them. */
export function DistributionCard() {
  const reading = useQuery(distributionQuery)
  const {data} = reading
  const servers = useScopedServers()
  const [isWhole, setWhole] = useState(false)
  const rows = spreadOf(data ?? none, servers)
  const shown = isWhole ? rows : rows.slice(0, MOST)
  return (
    <Card title={text('spread.title')} isPadded={false} className="overflow-clip">
      <Awaited reading={reading} what={text('spread.title')}>
        <SkeletonLines />
      </Awaited>
      {data !== undefined && rows.length === 0 && (
        <p className="px-3.5 py-4 text-text-2">{text('spread.none')}</p>
      )}
      <ul>
        {shown.map(({category, total, parts}) => (
          <li
            key={category}
            className="num grid grid-cols-[minmax(0,1fr)_auto] gap-x-3.5 border-t border-line px-3.5 py-1.5 first:border-0"
          >
            <CategoryLink category={category} />
            <CategoryLink category={category} words={counted(total)} />
            <span className="col-span-2 flex flex-wrap gap-x-4 text-12 text-text-2">
              {parts.map(({server, count}) => (
                <Cell key={server.server_id} category={category} server={server} count={count} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > MOST && (
        <p className="border-t border-line px-3.5 py-2">
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('spread.fewer') : text('spread.all', {count: rows.length})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

const none: Distribution = {}

const linkClass =
  'inline-flex min-h-6 min-w-0 items-center rounded-s hover:underline focus-visible:shadow-focus pointer-coarse:min-h-11'

function queryOf(category: string): string {
  return `category:${category === '' ? 'none' : printedValue(category)}`
}

/** @param words the figure; absent = its name */
function CategoryLink({category, words}: {category: string; words?: string}) {
  const servers = scopeText(useServerScope())
  const name = category === '' ? text('spread.no-category') : category
  return (
    <Link
      to="/torrents"
      search={{q: queryOf(category), ...(servers !== undefined && {servers})}}
      aria-label={words === undefined ? undefined : `${name}: ${words}`}
      className={`${linkClass} font-medium wrap-anywhere`}
    >
      {words ?? name}
    </Link>
  )
}

function Cell({category, server, count}: {category: string; server: LiveServer; count: number}) {
  const place = (useServers() ?? []).findIndex((it) => it.server_id === server.server_id)
  const name = server.server_name
  return (
    <Link
      to="/torrents"
      search={{q: queryOf(category), servers: server.server_id}}
      title={text('spread.cell', {
        server: name,
        count,
        category: category === '' ? text('spread.no-category') : category,
      })}
      className={`${linkClass} gap-1.5`}
    >
      <Swatch colour={serverColour(server.colour, place)} isHollow={!isOnline(server)} />
      <span className="truncate">{name}</span> {counted(count)}
    </Link>
  )
}
