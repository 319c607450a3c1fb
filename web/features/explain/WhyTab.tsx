import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {Check, Copy} from 'lucide-react'
import {useMemo} from 'react'
import {
  explanationQuery,
  timelineQuery,
  type Deed,
  type Explanation,
  type RuleExplanation,
} from '../../api/explanation.ts'
import {Problem} from '../../api/problem.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {useCopy} from '../../ui/CopyText.tsx'
import {fullTime, timeOfDay, withExactTimes} from '../../ui/format-time.ts'
import {PartEmpty} from '../details/PartFrame.tsx'
import {PartSkeleton} from '../details/PartSkeleton.tsx'
import type {Torrent} from '../details/torrent.ts'
import {asText, isAboutIt} from './rule-words.ts'
import {RuleVerdict} from './RuleVerdict.tsx'

/** Why? The one sentence that matters, then what every rule says, with its proof. */
export function WhyTab({torrent}: {torrent: Torrent}) {
  const {data, error, refetch} = useQuery(explanationQuery(torrent))
  if (data) return <Told told={data} torrent={torrent} />
  if (!error) return <PartSkeleton />
  if (error instanceof Problem && error.code === 'not_ready') {
    return <PartEmpty className="pt-3" title={text('why.not-ready')} next={text('why.not-ready.next')} />
  }
  const again = <Button onClick={() => void refetch()}>{text('details.again')}</Button>
  return <PartEmpty className="pt-3" title={error.message} actions={again} />
}

function Told({told, torrent}: {told: Explanation; torrent: Torrent}) {
  const now = useNow(10_000)
  const [isCopied, copy] = useCopy()
  const heldLast = useHeldLast(torrent)
  const {rules} = told
  const about = rules.filter(isAboutIt)
  const others = rules.filter((rule) => !isAboutIt(rule))
  const open = openAtFirst(told)
  return (
    <div className="h-full min-h-0 overflow-auto">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 max-phone:px-3.5">
        <div className="min-w-0 flex-1 basis-72">
          <p className="text-16/tight font-bold text-pretty wrap-anywhere">
            {withExactTimes(told.sentence, now)}
          </p>
          <p className="mt-1 text-12 text-text-2">
            {text('why.rules')}{' '}
            <time
              dateTime={new Date(told.at).toISOString()}
              title={fullTime(told.at)}
              className="num text-text-3"
            >
              {text('why.now', {time: timeOfDay(told.at)})}
            </time>
          </p>
        </div>
        <Button
          variant="ghost"
          icon={isCopied ? Check : Copy}
          onClick={() => void copy(asText(torrent.name ?? torrent.info_hash, told))}
        >
          {text('why.copy')}
        </Button>
      </div>
      {rules.length === 0 && (
        <PartEmpty className="pt-3" title={text('why.none')} next={text('why.none.next')} />
      )}
      {about.map((rule) => (
        <RuleVerdict
          key={rule.rule_id}
          rule={rule}
          heldLast={heldLast.get(rule.rule_id) ?? null}
          isOpen={rule === open}
          now={now}
        />
      ))}
      <Others rules={others} now={now} />
    </div>
  )
}

function Others({rules, now}: {rules: readonly RuleExplanation[]; now: number}) {
  if (rules.length === 0) return null
  return (
    <details>
      <summary className="min-h-11 cursor-pointer px-4 py-3 text-text-2 hover:bg-hover focus-visible:shadow-focus-in max-phone:px-3.5">
        {text('why.others', {count: rules.length})}
      </summary>
      <ul className="grid gap-1 px-10 pb-3 text-12 max-phone:px-3.5">
        {rules.map(({rule_id: id, name, sentence}) => (
          <li key={id} className="wrap-anywhere">
            <b className="font-medium">{name}</b>{' '}
            <span className="text-text-2">{withExactTimes(sentence, now)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** The one that the sentence on top is about. */
function openAtFirst({sentence, rules}: Explanation): RuleExplanation | undefined {
  return rules.find((rule) => rule.sentence === sentence)
}

/** What guards said of it the last time, by the rule; only while that is still the newest about the rule. */
function useHeldLast(torrent: Torrent): ReadonlyMap<string, Deed> {
  const {data} = useInfiniteQuery(timelineQuery(torrent))
  return useMemo(() => {
    const newest = new Map<string, Deed>()
    for (const deed of data?.pages.flatMap(({deeds}) => deeds) ?? []) {
      if (deed.rule_id !== null && !newest.has(deed.rule_id)) newest.set(deed.rule_id, deed)
    }
    return new Map([...newest].filter(([, {outcome}]) => outcome === 'held'))
  }, [data])
}
