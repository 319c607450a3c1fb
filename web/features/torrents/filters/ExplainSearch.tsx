import {joinedParts, partsOf, type QueryParts} from '#search-query/parts.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useViewCounts} from '../views/view-state.ts'
import {UnknownCount} from './UnknownCount.tsx'

/** Each part is two questions to the server. */
const MOST = 12

/** What each part of the search finds alone, and what it takes away or adds: it shows which part is too strict. */
export function ExplainSearch() {
  const [{q = '', servers}] = useTorrentsSearch()
  const query = partsOf(q)
  // Another search is counted from its beginning.
  return <PartLines key={`${q} ${servers}`} q={q} query={query} servers={servers} />
}

function PartLines({q, query, servers}: {q: string; query: QueryParts; servers: string | undefined}) {
  const parts = query.parts.slice(0, MOST)
  const more = query.parts.length - parts.length
  const untilHere = parts.map((_, at) => joinedParts({...query, parts: parts.slice(0, at + 1)}))
  const scope = readScope(servers)
  const counts = useViewCounts([...parts.flatMap((part, at) => [part, untilHere[at]!]), q], scope)
  const greatest = Math.max(1, ...[...counts.values()].map((it) => it ?? 0))
  return (
    <>
      <p className="px-1 pb-2 text-12 text-pretty text-text-2">{text('explain-search.intro')}</p>
      <table className="num w-full border-collapse">
        <thead className="text-11 text-text-3">
          <tr>
            <th className="px-1 text-left font-bold">{text('explain-search.part')}</th>
            <th className="px-1 text-right font-bold">{text('explain-search.alone')}</th>
            <th className="px-1 text-right font-bold">{text('explain-search.change')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, at) => (
            // The same part may stand there twice.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={at} className="border-t border-line">
              <td className="max-w-[240px] px-1 py-1 font-mono text-12 wrap-anywhere">
                {at > 0 && query.by === 'OR' && <span className="text-accent">OR </span>}
                {part}
                <Bar share={(counts.get(untilHere[at]!) ?? 0) / greatest} />
              </td>
              <td className="px-1 py-1 text-right">{shown(counts.get(part))}</td>
              <td className="px-1 py-1 text-right text-text-2">
                {at > 0 && difference(counts.get(untilHere[at - 1]!), counts.get(untilHere[at]!))}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {more > 0 && (
            <tr>
              <td colSpan={3} className="px-1 text-12 text-text-3">
                {text('explain-search.more', {count: more, all: more})}
              </td>
            </tr>
          )}
          <tr className="border-t border-line-strong font-medium">
            <td className="px-1 py-1">
              {text('explain-search.all')} <UnknownCount q={q} isExplained />
            </td>
            <td className="px-1 py-1 text-right">{shown(counts.get(q))}</td>
          </tr>
        </tfoot>
      </table>
    </>
  )
}

function Bar({share}: {share: number}) {
  return (
    <span aria-hidden className="mt-0.5 block h-1 rounded-s bg-sunken">
      <span className="block h-full rounded-s bg-accent" style={{width: `${100 * share}%`}} />
    </span>
  )
}

function shown(found: number | null | undefined): string {
  return typeof found === 'number' ? count(found) : '…'
}

/** "− 212": what the part takes away from those above it; "+ 412": what it adds to them. */
function difference(before: number | null | undefined, after: number | null | undefined): string {
  if (typeof before !== 'number' || typeof after !== 'number') return '…'
  if (after === before) return count(0)
  return after < before ? `− ${count(before - after)}` : `+ ${count(after - before)}`
}
