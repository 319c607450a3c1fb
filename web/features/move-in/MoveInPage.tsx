import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Truck} from 'lucide-react'
import {differenceWeights} from '#model/qbitrr-migration.ts'
import {moveInQuery, type MoveIn} from '../../api/move-in.ts'
import {usePreference} from '../../api/preferences.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Note} from '../../ui/Note.tsx'
import {PageHead} from '../../ui/PageHead.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {useTitle} from '../shell/use-title.ts'
import {DifferenceGroup} from './DifferenceGroup.tsx'
import {MOVE_IN_HINT} from './hint.ts'
import {InheritedItemsCard} from './InheritedItemsCard.tsx'
import {ObservingNote} from './ObservingNote.tsx'
import {TakenOverCard} from './TakenOverCard.tsx'

/** What somebody who comes from qBitrr brought along, and what will be different for him. */
export function MoveInPage() {
  useTitle(text('move-in.title'))
  const isAdministrator = usePermission('admin')
  const {data} = useQuery({...moveInQuery, enabled: isAdministrator})
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[760px]">
        <PageHead title={text('move-in.title')} />
        {!isAdministrator ? (
          <EmptyState
            icon={Truck}
            title={text('move-in.not-yours')}
            text={text('server.ask-administrator')}
          />
        ) : (
          data && <Report moveIn={data} />
        )}
      </div>
    </main>
  )
}

function Report({moveIn}: {moveIn: MoveIn}) {
  const {observing, is_inherited: isInherited, differences} = moveIn
  return (
    <div className="grid gap-6">
      {observing && <ObservingNote since={observing.since} />}
      {isInherited ? (
        <>
          <p className="text-pretty text-text-2">{text('move-in.lead')}</p>
          <Faults faults={moveIn.faults} />
          <TakenOverCard databases={moveIn.databases} />
          <InheritedItemsCard />
          {differences.length === 0 && <Note tone="good">{text('move-in.same')}</Note>}
          {differenceWeights.map((weight) => (
            <DifferenceGroup
              key={weight}
              weight={weight}
              differences={differences.filter((it) => it.weight === weight)}
            />
          ))}
          <ReadButton />
        </>
      ) : (
        <EmptyState icon={Truck} title={text('move-in.none.title')} text={text('move-in.none.text')} />
      )}
    </div>
  )
}

function Faults({faults}: {faults: MoveIn['faults']}) {
  if (faults.length === 0) return null
  return (
    <Note tone="bad">
      <b>{text('move-in.fault.title')}</b>
      <ul className="my-1 grid gap-1">
        {faults.map(({path, message}) => (
          <li key={path}>{message}</li>
        ))}
      </ul>
      {text('move-in.fault.again')}
    </Note>
  )
}

/** Puts the line above the pages away. */
function ReadButton() {
  const navigate = useNavigate()
  const [hidden, hide] = usePreference('hints.hidden')
  const put = () => {
    if (!hidden.includes(MOVE_IN_HINT)) hide([...hidden, MOVE_IN_HINT])
    void navigate({to: '/torrents'})
  }
  return (
    <Button
      variant="primary"
      size="big"
      className="justify-self-end max-phone:justify-self-stretch"
      onClick={put}
    >
      {text('move-in.read')}
    </Button>
  )
}
