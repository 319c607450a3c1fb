import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {arrStoriesQuery} from '../../../api/activity.ts'
import {arrSetupQuery, type Arr} from '../../../api/arrs.ts'
import {moveInQuery} from '../../../api/move-in.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../../ui/TextButton.tsx'
import {watchingTitle} from '../../status/fleet-status.ts'
import {openArrDialog} from '../arr-dialogs.ts'
import {ArrTestLine, useArrTest} from '../ArrHead.tsx'
import {leadOf, weekSentence} from './arr-week.ts'
import {useIgnored} from './FindingList.tsx'

/** The answer before the data: what happened for an Arr this week, or what stands in its way, with the one next step. */
export function ArrLead({arr, needs}: {arr: Arr; needs: number}) {
  const now = useNow(1_000)
  const lead = leadOf(arr, now)
  return (
    <div className="grid gap-1.5 text-14 text-pretty">
      {lead.is === 'week' && <Week arr={arr} needs={needs} />}
      {lead.is === 'reading' && <p>{text('arr.lead.reading', {name: arr.name})}</p>}
      {lead.is === 'away' && <Away arr={arr} words={lead.words} />}
      {lead.is === 'key' && (
        <p>
          {lead.words}{' '}
          {arr.access === 'own' ? (
            <TextButton onClick={() => openArrDialog({name: 'edit', id: arr.id, focus: 'key'})}>
              {text('arr.cure.key')}
            </TextButton>
          ) : (
            text('server.ask-administrator')
          )}
        </p>
      )}
      <Watching />
    </div>
  )
}

/** It is tried again at once by whoever may have it do something. */
function Away({arr, words}: {arr: Arr; words: string}) {
  const test = useArrTest(arr.id)
  return (
    <>
      <p>
        {words}{' '}
        {arr.access !== 'view' && (
          <TextButton disabled={test.isBusy} onClick={test.run}>
            {text('arr.lead.try')}
          </TextButton>
        )}
      </p>
      <ArrTestLine test={test} />
    </>
  )
}

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS

function Week({arr, needs}: {arr: Arr; needs: number}) {
  // By the hour: another beginning is another question.
  const hour = Math.floor(useNow(60_000) / HOUR_MS) * HOUR_MS
  const {data} = useQuery(arrStoriesQuery(arr.id, hour - WEEK_MS))
  const isOwn = arr.access === 'own' && arr.url !== null
  const {isIgnored} = useIgnored(arr.id)
  const {data: setup} = useQuery({...arrSetupQuery(arr.id), enabled: isOwn})
  if (data === undefined) return <Skeleton width="60%" />
  const {id, kind, name} = arr
  const shown = setup?.findings.filter((it) => it.severity !== 'notice' && !isIgnored(it))
  const findings = shown?.length ?? null
  return (
    <p>
      {weekSentence({kind, name, ...data, needs, findings})}{' '}
      {data.stories.length > 0 && (
        <Link to="/activity" search={{arr: id, when: 'week'}} className={textLinkClass}>
          {text('arr.week.show')}
        </Link>
      )}
    </p>
  )
}

/** Nothing acts yet, and until when; administrators find here where that ends. */
function Watching() {
  const isAdministrator = usePermission('admin')
  const now = useNow(60_000)
  const {data} = useQuery({...moveInQuery, enabled: isAdministrator})
  const observing = data?.observing ?? null
  if (observing === null) return null
  const {key, values} = watchingTitle(observing, now)
  return (
    <p className="text-12 text-text-2">
      {text(key, values)}{' '}
      <Link to={observing.is_open ? '/setup' : '/settings/move-in'} className={textLinkClass}>
        {text('arr.lead.switch-on')}
      </Link>
    </p>
  )
}
