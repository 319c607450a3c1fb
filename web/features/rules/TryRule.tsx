import {useQueries, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useId} from 'react'
import {previewQuery, ruleDocumentsQuery, ruleQuery, type ListedRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {bytes, count, written} from '../../ui/format.ts'
import {LongWait} from '../../ui/LongWait.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {SubjectName} from './PreviewPane.tsx'
import {queryFor, ruleVerdict, waitingWords} from './preview.ts'
import {queryForRules} from './rule-query.ts'
import {actedOn, amountWords, triedLines, triedTogether, type Tried} from './tried.ts'

/** What the rules of a row would do now. Nothing is done by it. */
export function TryRule({name, rules}: {name: string; rules: readonly ListedRule[]}) {
  const texts = useQueries({
    queries: rules.map(({id}) => ruleQuery(id)),
    combine: (all) => all.flatMap(({data}) => (data?.yaml ? [{id: data.id, yaml: data.yaml}] : [])),
  })
  const {tried, error} = useQueries({
    queries: texts.map(({id, yaml}) => previewQuery(yaml, id)),
    combine: (all) => {
      const previews = all.flatMap(({data}) => data ?? [])
      return {
        tried: all.length > 0 && previews.length === rules.length ? triedTogether(previews) : null,
        error: all.find((it) => it.error !== null)?.error ?? null,
      }
    },
  })
  const title = useId()
  return (
    <section
      aria-labelledby={title}
      aria-busy={(tried === null && error === null) || undefined}
      className="mt-1.5 grid gap-1.5 border-l-2 border-accent pl-3"
    >
      <h3 id={title} className="sr-only">
        {text('rules.try.of', {name})}
      </h3>
      {tried !== null ? (
        <TriedResult tried={tried} saved={rules} />
      ) : error !== null ? (
        <Note tone="bad" isNews>
          {error.message}
        </Note>
      ) : (
        <>
          <Skeleton width={180} height={20} />
          <LongWait words={text('preview.long')} />
        </>
      )}
    </section>
  )
}

/** How many, which of them first with why and when, and the way to all of them. */
export function TriedResult({
  tried,
  isTrial = true,
  saved = none,
}: {
  tried: Tried
  isTrial?: boolean
  /** The rules as they are saved, where they were tried so: a search finds all that they match. */
  saved?: readonly Pick<ListedRule, 'id' | 'name'>[]
}) {
  const now = useNow(60_000)
  const lines = triedLines(tried, now)
  const amount = amountWords(tried)
  const {would_act: acts, held} = tried
  return (
    <>
      <p aria-live="polite" className="num text-14 text-pretty">
        {amount === '' ? (
          <>
            <span className="font-medium">{text('preview.none')}.</span> {ruleVerdict(tried)}
          </>
        ) : (
          <>
            {text('rules.try.now')} <span className="font-medium">{amount}</span>.
            {held.count > 0 && ` ${text('rules.try.held', {count: held.count})}`}
          </>
        )}
      </p>
      {lines.length > 0 && (
        <ul className="text-12">
          {lines.map(({of, why}) => (
            <li
              key={`${of.server_id} ${of.info_hash ?? of.name}`}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 border-t border-line py-1 first:border-t-0"
            >
              <SubjectName of={of} />
              <span className="num text-text-2">{of.size !== null && written(bytes(of.size))}</span>
              {why !== '' && <span className="num col-span-full text-text-3">{why}</span>}
            </li>
          ))}
        </ul>
      )}
      {waitingWords(tried).map((words) => (
        <p key={words} className="text-12 text-pretty text-text-2">
          {words}
        </p>
      ))}
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-12 text-text-3">
        <AllOfThem tried={tried} count={acts.count} saved={saved} />
        {isTrial && text('rules.try.harmless')}
      </p>
    </>
  )
}

/** The list with exactly those that it would act on; of very many the first, and all that it matches. */
function AllOfThem({
  tried,
  count: all,
  saved,
}: {
  tried: Tried
  count: number
  saved: readonly Pick<ListedRule, 'id' | 'name'>[]
}) {
  const {data: others = saved} = useQuery({...ruleDocumentsQuery, enabled: saved.length > 0})
  const named = actedOn(tried)
  if (named.length === 0) return null
  const isCut = named.length < all
  return (
    <>
      <Link to="/torrents" search={{q: queryFor(named)}} className={toListClass}>
        {isCut
          ? text('rules.try.first', {count: named.length, all: count(all)})
          : text('rules.try.all', {count: all})}
      </Link>
      {isCut && saved.length > 0 && (
        <Link to="/torrents" search={{q: queryForRules(saved, others)}} className={toListClass}>
          {text('rules.try.matched', {count: tried.matched.count, all: count(tried.matched.count)})}
        </Link>
      )}
    </>
  )
}

const none: readonly ListedRule[] = []

const toListClass = `${textLinkClass} num pointer-coarse:min-h-11 pointer-coarse:py-3`
