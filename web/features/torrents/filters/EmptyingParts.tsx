import {joinedParts, partsOf, withOperators} from '#search-query/parts.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {count} from '../../../ui/format.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useViewCounts} from '../views/view-state.ts'

/** So many parts are tried, and so many of them named. */
const TRIED = 12
const NAMED = 3

/** Which part empties the search, and what is found without it; and whether an "or" was meant as `OR`. */
export function EmptyingParts({q}: {q: string}) {
  const query = partsOf(q)
  const parts = query.by === 'AND' && query.parts.length > 1 ? query.parts.slice(0, TRIED) : []
  const ways = parts.map((part, at) => ({
    part,
    without: joinedParts({...query, parts: query.parts.toSpliced(at, 1)}),
  }))
  const meant = withOperators(q)
  return (ways.length > 0 || meant !== null) && <WaysOut ways={ways} meant={meant} />
}

interface Way {
  readonly part: string
  readonly without: string
}

function WaysOut({ways, meant}: {ways: readonly Way[]; meant: string | null}) {
  const [{servers}, change] = useTorrentsSearch()
  const texts = [...ways.map(({without}) => without), ...(meant === null ? [] : [meant])]
  const counts = useViewCounts(texts, readScope(servers))
  const helpful = ways.filter(({without}) => (counts.get(without) ?? 0) > 0)
  const found = (it: string) => count(counts.get(it) ?? 0)
  return (
    <>
      {helpful.length === 1 && (
        <p className="w-full text-text-2">{text('emptied.by', {part: helpful[0]!.part})}</p>
      )}
      {meant !== null && counts.has(meant) && (
        <Button onClick={() => change({q: meant})}>
          {text('emptied.or', {query: meant, all: found(meant)})}
        </Button>
      )}
      {helpful.slice(0, NAMED).map(({part, without}) => (
        <Button key={without} onClick={() => change({q: without})}>
          {text('emptied.without', {part, all: found(without)})}
        </Button>
      ))}
    </>
  )
}
