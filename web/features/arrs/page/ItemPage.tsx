import {useMutation, useQuery} from '@tanstack/react-query'
import {Link, useParams} from '@tanstack/react-router'
import {
  Check,
  ChevronRight,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  Copy,
  Hand,
  Search,
  type LucideIcon,
} from 'lucide-react'
import type {ReactNode} from 'react'
import {actOnArr, arrsQuery, itemChainQuery, type Arr, type ItemChain} from '../../../api/arrs.ts'
import {exactTime} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useAttention} from '../../../live/attention.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {buttonClass} from '../../../ui/button-class.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {useCopy} from '../../../ui/CopyText.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {pageClass} from '../../../ui/PageHead.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useTitle} from '../../../ui/use-document.ts'
import {phraseWords} from '../../explain/verdict-words.ts'
import {ReleasesButton} from '../releases/ReleasesButton.tsx'
import {NeedItem} from '../../shell/NeedItem.tsx'

/** Why a movie, episode, album or book is not here yet: a sentence, and how far it got from wanted to imported. */
export function ItemPage() {
  const {id, item} = useParams({from: '/inside/library/arrs/$id/items/$item'})
  const {data: arrs} = useQuery(arrsQuery)
  const chain = useQuery(itemChainQuery(id, item))
  const arr = arrs?.find((it) => it.id === id) ?? null
  const name = arr?.name ?? id
  const title = chain.data?.title ?? text('arr.item.unnamed', {item})
  useTitle(title, name)
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto grid max-w-[900px] grid-cols-[minmax(0,1fr)] gap-4">
        <nav className="flex min-h-7 min-w-0 items-center gap-2 text-text-2" aria-label={text('nav.library')}>
          <Link
            to="/library/arrs/$id"
            params={{id}}
            className={`${textLinkClass} shrink-0 pointer-coarse:py-2.5`}
          >
            {name}
          </Link>
          <Icon icon={ChevronRight} size={14} className="shrink-0 text-text-3" />
          <span className="truncate text-text">{title}</span>
        </nav>
        <Awaited reading={chain} what={text('arr.item.what', {name})}>
          <Skeleton height={140} />
        </Awaited>
        {chain.data && (
          <ChainCards chain={chain.data} arr={arr} title={title} name={name}>
            <NeedsOfItem arrId={id} itemId={item} />
          </ChainCards>
        )}
      </div>
    </main>
  )
}

interface ChainProps {
  readonly chain: ItemChain
  /** `null` = not known (yet). */
  readonly arr: Arr | null
  readonly title: string
  /** Of the Arr. */
  readonly name: string
}

/** What its Arr does not import waits for an answer here, too. */
function NeedsOfItem({arrId, itemId}: {arrId: string; itemId: string}) {
  const needs = useAttention().needs.filter(
    (it) =>
      it.kind === 'import' && it.arr_ids.includes(arrId) && it.media.some(({id}) => String(id) === itemId),
  )
  if (needs.length === 0) return null
  return (
    <Card title={text('arr.waiting')} isPadded={false}>
      <ul>
        {needs.map((need) => (
          <NeedItem key={need.id} need={need} />
        ))}
      </ul>
    </Card>
  )
}

/** @param children what can be answered, below the answer */
function ChainCards({chain, arr, title, name, children}: ChainProps & {children: ReactNode}) {
  const now = useNow(10_000)
  return (
    <>
      <Answer chain={chain} arr={arr} title={title} name={name} now={now} />
      {children}
      <Card title={text('arr.item.far')}>
        <ol className="grid gap-y-2.5 phone:grid-cols-6">
          {chain.links.map((link) => (
            <ChainLink key={link.link} link={link} now={now} />
          ))}
        </ol>
      </Card>
      <Releases chain={chain} name={name} now={now} />
    </>
  )
}

/** The sentence that settles it, and what can be done about it. */
function Answer({chain, arr, title, name, now}: ChainProps & {now: number}) {
  const [isCopied, copy] = useCopy()
  const {id = '', access = 'view'} = arr ?? {}
  const {kind, says, follows, media, torrent} = chain
  const search = useMutation({
    mutationFn: (it: NonNullable<typeof media>) => actOnArr(id, {action: 'search', items: [it]}),
    onSuccess: () => toast({tone: 'good', text: text('arr.item.searching', {name})}),
    onError: (error) => toast({tone: 'bad', text: error.message}),
  })
  const {icon, ink} = kinds[kind]
  return (
    <Card>
      <div className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3">
        <Icon icon={icon} size={20} className={`mt-0.5 ${ink}`} />
        <div className="min-w-0">
          <h1 className="text-20/tight font-bold text-balance wrap-anywhere max-phone:text-16/tight">
            {phraseWords(says, now)}
          </h1>
          {follows && (
            <p className="mt-1 text-14 text-pretty wrap-anywhere text-text-2">{phraseWords(follows, now)}</p>
          )}
          <div className="mt-3.5 flex flex-wrap gap-2">
            {torrent && (
              <Link
                to="/torrents"
                search={{at: `${torrent.server_id}~${torrent.info_hash}`}}
                className={buttonClass('primary')}
              >
                {text('arr.item.torrent')}
              </Link>
            )}
            {media && kind === 'missing' && access !== 'view' && (
              <Button
                icon={Search}
                waitsFor={search.isPending ? text('arr.asking') : undefined}
                onClick={() => search.mutate(media)}
              >
                {text('arr.item.search')}
              </Button>
            )}
            {media && arr && <ReleasesButton arr={arr} unit={`${media.kind}/${media.id}`} title={title} />}
            <Button
              variant="ghost"
              icon={isCopied ? Check : Copy}
              onClick={() => void copy(asText(title, chain, now))}
            >
              {text('why.copy')}
            </Button>
          </div>
        </div>
      </div>
    </Card>
  )
}

type Link = ItemChain['links'][number]

/** One station: what was asked, yes or no, and what of it. */
function ChainLink({link: {link, answer, says}, now}: {link: Link; now: number}) {
  const {icon, ink} = answers[answer]
  return (
    <li className="grid grid-cols-[18px_96px_minmax(0,1fr)] items-start gap-x-2.5 pr-2.5 phone:grid-cols-[minmax(0,1fr)] phone:content-start phone:gap-y-1">
      <Icon icon={icon} className={`mt-0.5 ${ink}`} />
      <b className={`font-medium ${answer === 'later' ? 'text-text-3' : ''}`}>
        {text(`arr.item.link.${link}`)}
        <span className="sr-only">: {text(`arr.item.answer.${answer}`)}</span>
      </b>
      <span
        className={`text-12 text-pretty wrap-anywhere ${answer === 'later' ? 'text-text-3' : 'text-text-2'}`}
      >
        {phraseWords(says, now)}
      </span>
    </li>
  )
}

/** What was grabbed for it, with the Arr's own words about each. */
function Releases({chain: {releases, kind}, name, now}: {chain: ItemChain; name: string; now: number}) {
  if (releases.length === 0 && kind === 'undecided') return null
  return (
    <Card title={text('arr.item.releases')} isPadded={false}>
      {releases.length === 0 ? (
        <p className="px-3.5 py-3 text-text-2">{text('arr.item.releases.none', {name})}</p>
      ) : (
        <ul>
          {releases.map((release) => (
            <li
              key={`${release.grabbed_at} ${release.title}`}
              className="grid gap-x-3 border-b border-line px-3.5 py-2 last:border-0 phone:grid-cols-[minmax(0,1fr)_auto]"
            >
              <span className="min-w-0">
                <MiddleText>{release.title}</MiddleText>
                <span className="block text-12 text-text-3">{grabWords(release, now)}</span>
              </span>
              <span className="text-text-2 wrap-anywhere phone:text-right">{endWords(release)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

type Release = ItemChain['releases'][number]

function grabWords({indexer, grabbed_at: at}: Release, now: number): string {
  const when = exactTime(at, now)
  return indexer === '' ? text('arr.item.grabbed', {when}) : text('arr.item.grabbed.from', {when, indexer})
}

function endWords({end, said}: Release): string {
  const words = text(`arr.item.end.${end}`)
  return said === '' ? words : `${words}: “${said}”`
}

interface Look {
  readonly icon: LucideIcon
  readonly ink: string
}

const kinds: Readonly<Record<ItemChain['kind'], Look>> = {
  here: {icon: CircleCheck, ink: 'text-st-seeding'},
  coming: {icon: Clock, ink: 'text-accent'},
  held: {icon: Hand, ink: 'text-st-stalled'},
  missing: {icon: CircleX, ink: 'text-text-3'},
  undecided: {icon: CircleHelp, ink: 'text-st-stalled'},
}

const answers: Readonly<Record<Link['answer'], Look>> = {
  yes: {icon: CircleCheck, ink: 'text-st-seeding'},
  no: {icon: CircleX, ink: 'text-st-stalled'},
  now: {icon: Clock, ink: 'text-accent'},
  later: {icon: CircleDashed, ink: 'text-text-3'},
  could_not_look: {icon: CircleHelp, ink: 'text-st-stalled'},
}

/** Everything as lines of text, for whoever helps. */
function asText(title: string, {says, follows, links, releases}: ItemChain, now: number): string {
  return [
    title,
    phraseWords(says, now),
    ...(follows ? [phraseWords(follows, now)] : []),
    '',
    ...links.map(
      ({link, answer, says: said}) =>
        `${text(`arr.item.link.${link}`)}: ${text(`arr.item.answer.${answer}`)}. ${phraseWords(said, now)}`,
    ),
    '',
    ...releases.map((one) => `${one.title}: ${grabWords(one, now)}. ${endWords(one)}`),
  ].join('\n')
}
