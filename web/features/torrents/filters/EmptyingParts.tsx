import {joinedParts, partsOf, withOperators} from '#search-query/parts.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {count} from '../../../ui/format.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {useViewCounts} from '../views/view-state.ts'
import {namedSearches, type NamedSearch, type NamingField} from './named-words.ts'
import {useVocabulary} from './use-query-draft.ts'

/** So many parts are tried, and so many of them named. */
const TRIED = 12
const NAMED = 3

/**
 * Which part empties the search, and what is found without it; whether an "or" was meant as `OR`, and a word as the name
 * of something.
 */
export function EmptyingParts({q}: {q: string}) {
  const query = partsOf(q)
  const parts = query.by === 'AND' && query.parts.length > 1 ? query.parts.slice(0, TRIED) : []
  const ways = parts.map((part, at) => ({
    part,
    without: joinedParts({...query, parts: query.parts.toSpliced(at, 1)}),
  }))
  const meant = withOperators(q)
  const searches = namedSearches(q, useVocabulary(true))
  return (
    <>
      {(ways.length > 0 || meant !== null) && <WaysOut ways={ways} meant={meant} />}
      {searches.length > 0 && <NamesMeant searches={searches} />}
    </>
  )
}

/** A word that is a name: the search by it, wherever that is. */
function NamesMeant({searches}: {searches: readonly NamedSearch[]}) {
  const [, change] = useTorrentsSearch()
  const counts = useViewCounts(
    searches.map(({q}) => q),
    null,
  )
  const helpful = searches.filter(({q}) => (counts.get(q) ?? 0) > 0)
  const [first] = helpful
  return (
    first && (
      <>
        <p className="w-full text-text-2">{text(names[first.field], {words: first.words})}</p>
        {helpful.map(({q}) => (
          <Button key={q} onClick={() => change({q, servers: undefined})}>
            {text('emptied.or', {query: q, all: count(counts.get(q)!)})}
          </Button>
        ))}
      </>
    )
  )
}

const names: Readonly<Record<NamingField, TextKey>> = {
  server: 'emptied.name.server',
  category: 'emptied.name.category',
  tag: 'emptied.name.tag',
  tracker: 'emptied.name.tracker',
  arr: 'emptied.name.arr',
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
