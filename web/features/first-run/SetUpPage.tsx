import {queryOptions, useQuery} from '@tanstack/react-query'
import {Navigate, useLocation} from '@tanstack/react-router'
import {Check, Ellipsis, Pencil, Trash2} from 'lucide-react'
import {useState} from 'react'
import {base} from '../../api/base.ts'
import {moveInQuery} from '../../api/move-in.ts'
import {localPortsQuery, serversQuery, type LocalPort, type Server} from '../../api/servers.ts'
import {tokenIn, usePermission, useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {Note} from '../../ui/Note.tsx'
import {Pennant} from '../../ui/Pennant.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {palette} from '../../ui/server-colours.ts'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useTheme, useTitle} from '../../ui/use-document.ts'
import {openServerDialog} from '../servers/server-dialogs.ts'
import {ServerDialogs} from '../servers/dialogs/ServerDialogs.tsx'
import {MoreFields} from '../servers/form/MoreFields.tsx'
import {emptyForm, type ServerForm} from '../servers/form/server-form.ts'
import {AccountFields, AddressField, KindPicker, LookFields} from '../servers/form/ServerFields.tsx'
import {TrialPanel} from '../servers/form/TrialPanel.tsx'
import {useFocusOnFault, useServerForm} from '../servers/form/use-server-form.ts'
import {useTrial} from '../servers/form/trial.ts'
import {actionFor, isOnline, isUnread} from '../servers/health-words.ts'
import {HealthIcon, ServerHealthBadge} from '../servers/health/HealthIcon.tsx'
import {DiscoverPanel} from '../servers/import/DiscoverPanel.tsx'
import {ImportPanel} from '../servers/import/ImportPanel.tsx'
import {kindName} from '../servers/server-words.ts'
import {AdministratorStep, ArrsStep, StepFrame} from './SetUpSteps.tsx'
import {RulesStep} from './RulesStep.tsx'
import {setUpSteps, stateOf, type SetUpStep, type StepState} from './set-up.ts'

/** The first visit: an administrator, the torrent servers, the Arrs, and what all of it is for. */
export function SetUpPage() {
  useTheme()
  useTitle(text('setup.title'))
  const {setup_needed: isNeeded} = useSession()
  const isAdministrator = usePermission('admin')
  const printed = useLocation({select: tokenIn})
  const [selected, setStep] = useState<SetUpStep>('administrator')
  const [isDoneHere, setDoneHere] = useState(false)
  const {data: moveIn, isPending} = useQuery({...moveInQuery, enabled: isAdministrator && !isDoneHere})
  // Who left in the middle goes on behind the account, which is there.
  const isOpen = moveIn?.observing?.is_open === true
  const step = !isNeeded && !isDoneHere && selected === 'administrator' ? 'servers' : selected
  // Somebody administers already, and it is set up.
  if (!isNeeded && !isDoneHere && !(isAdministrator && (isPending || isOpen)))
    return <Navigate to="/" replace />
  return (
    <main tabIndex={-1} className="relative grid h-dvh grid-rows-[auto_minmax(0,1fr)_auto] overflow-clip">
      <div className="mx-auto w-full max-w-[720px] px-6 pt-6 max-phone:px-4 max-phone:pt-3.5">
        <div className="mb-4.5 flex items-center gap-2.5 text-14 font-bold max-phone:mb-3">
          <Pennant size={20} />
          {text('app.name')}
          <span className="ml-auto text-12 font-normal text-text-3">{text(`setup.time.${step}`)}</span>
        </div>
        <Steps now={step} />
      </div>
      <AdministratorStep
        key={printed}
        isNow={step === 'administrator'}
        printed={printed}
        onDone={() => {
          setDoneHere(true)
          setStep('servers')
        }}
      />
      {!isNeeded && (
        <>
          <ServersStep
            isNow={step === 'servers'}
            onBack={() => {
              setDoneHere(true)
              setStep('administrator')
            }}
            onDone={() => setStep('arrs')}
          />
          <ArrsStep
            isNow={step === 'arrs'}
            onBack={() => setStep('servers')}
            onDone={() => setStep('rules')}
          />
          <RulesStep isNow={step === 'rules'} onBack={() => setStep('arrs')} />
        </>
      )}
      <ServerDialogs />
    </main>
  )
}

const looks: Readonly<Record<StepState, string>> = {
  done: 'border-st-seeding text-text-2',
  now: 'border-accent text-text font-medium max-phone:flex-2',
  later: 'border-line-strong text-text-3',
}

/** Where somebody is in setting up. */
function Steps({now}: {now: SetUpStep}) {
  return (
    <ol aria-label={text('setup.steps')} className="flex gap-2">
      {setUpSteps.map((step) => {
        const state = stateOf(step, now)
        return (
          <li
            key={step}
            aria-current={state === 'now' ? 'step' : undefined}
            className={joined(
              'flex min-w-0 flex-1 items-center gap-1.5 border-t-2 pt-[9px] text-12',
              looks[state],
            )}
          >
            {state === 'done' && (
              <>
                <Icon icon={Check} size={14} className="text-st-seeding" />
                <span className="sr-only">{text('setup.step-done')}</span>
              </>
            )}
            <span className={joined('truncate', state !== 'now' && 'max-phone:sr-only')}>
              {text(`setup.step.${step}`)}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

const ways = ['add', 'import', 'discover'] as const
type Way = (typeof ways)[number]

/** What config.toml brought along, and more servers: by hand, from a list, from an Arr. */
function ServersStep({isNow, onBack, onDone}: {isNow: boolean; onBack: () => void; onDone: () => void}) {
  const reading = useQuery(shownSoon)
  const {data: servers = []} = reading
  const [way, setWay] = useState<Way>('add')
  // A form that was sent begins again.
  const [turn, setTurn] = useState(0)
  // Several addresses at once are a list.
  const [pasted, setPasted] = useState('')
  // What was found and chosen begins the form.
  const [begin, setBegin] = useState(emptyForm)
  const next = () => {
    setTurn(turn + 1)
    setPasted('')
    setBegin(emptyForm)
  }
  const online = servers.filter(({health}) => isOnline(health)).length
  return (
    <StepFrame
      isNow={isNow}
      title={text('setup.servers.title')}
      lead={text('setup.servers.lead')}
      footer={
        <>
          <Button size="big" variant="ghost" onClick={onBack} className="-ml-4">
            {text('setup.back')}
          </Button>
          <span className="flex-1 text-right text-12 text-text-2 max-phone:hidden">
            {servers.length === 0
              ? text('setup.later')
              : online === servers.length
                ? text('setup.connected-all', {count: online})
                : text('setup.connected', {online, total: servers.length})}
          </span>
          <Button
            size="big"
            variant={servers.length === 0 ? 'default' : 'primary'}
            onClick={onDone}
            className="max-phone:flex-1"
          >
            {text(servers.length === 0 ? 'setup.skip' : 'setup.to-arrs')}
          </Button>
        </>
      }
    >
      {isNow && reading.error && <Awaited reading={reading} what={text('nav.servers')} />}
      {servers.length > 0 && <FoundServers servers={servers} />}
      <MovedIn />
      {isNow && (
        <LocalPorts
          onUse={({server_type: kind, url}) => {
            setBegin({...emptyForm, kind, address: url})
            setTurn(turn + 1)
            setWay('add')
          }}
        />
      )}
      <Card
        title={text(servers.length === 0 ? 'setup.add-first' : 'setup.add-another')}
        actions={
          <Segmented
            label={text('setup.way')}
            value={way}
            onChange={setWay}
            options={ways.map((value) => ({value, label: text(`setup.way.${value}`)}))}
          />
        }
      >
        {/* What was typed by hand is there again when somebody looked at another way. */}
        <div hidden={way !== 'add'}>
          <FirstServerForm
            key={turn}
            begin={begin}
            onAdded={next}
            onSeveral={(lines) => {
              setPasted(lines)
              setWay('import')
            }}
          />
        </div>
        {way === 'import' && (
          <div className="grid gap-3">
            <p className="text-pretty text-text-2">{text('setup.import-hint')}</p>
            <ImportPanel key={turn} pasted={pasted} onDone={next} />
          </div>
        )}
        {way === 'discover' && <DiscoverPanel key={turn} onDone={next} />}
      </Card>
    </StepFrame>
  )
}

/** For who comes from qBitrr: what works differently is told before anything acts. */
function MovedIn() {
  const {data} = useQuery({...moveInQuery, enabled: usePermission('admin')})
  if (data?.is_inherited !== true) return null
  const grave = data.differences.filter(({weight}) => weight === 'more' || weight === 'notYet').length
  return (
    <Note
      tone="warn"
      action={
        <a href={`${base}/settings/move-in`} target="_blank" rel="noreferrer" className={textLinkClass}>
          {text('setup.moved.show')}
        </a>
      }
    >
      {text('setup.moved', {count: data.differences.length})}{' '}
      {grave > 0 && text('setup.moved.grave', {count: grave})} {text('setup.moved.stop')}
    </Note>
  )
}

/** Open ports of the machine on which Commodarr runs: who chooses one has it in the form, and it is tested there. */
function LocalPorts({onUse}: {onUse: (port: LocalPort) => void}) {
  const {data: ports = []} = useQuery({...localPortsQuery, enabled: usePermission('admin')})
  if (ports.length === 0) return null
  return (
    <Card title={text('setup.local')} isPadded={false}>
      <ul>
        {ports.map((port) => (
          <li
            key={port.url}
            className="flex min-h-11 items-center gap-3 border-t border-line px-4 py-2 first:border-0"
          >
            <span className="min-w-0 flex-1 text-pretty wrap-anywhere">
              <b className="font-medium">{kindName(port.server_type)}</b>{' '}
              <span className="text-text-2">{text('setup.local.at', {url: port.url})}</span>
            </span>
            <Button onClick={() => onUse(port)} aria-label={text('setup.local.use', {url: port.url})}>
              {text('setup.local.do')}
            </Button>
          </li>
        ))}
      </ul>
      <p className="border-t border-line px-4 py-2 text-12 text-pretty text-text-3">
        {text('setup.local.hint')}
      </p>
    </Card>
  )
}

/** The servers that are here, and how they do: those of config.toml were read without a change. */
function FoundServers({servers}: {servers: readonly Server[]}) {
  const ofFile = servers.filter(({origin}) => origin === 'file').length
  const title =
    ofFile === servers.length ? text('setup.found-file') : text('setup.found', {count: servers.length})
  return (
    <Card title={title} isPadded={false}>
      <ul aria-live="polite">
        {servers.map((server) => (
          <Row key={server.server_id} server={server} />
        ))}
      </ul>
    </Card>
  )
}

function Row({server}: {server: Server}) {
  const {server_id: id, server_name: name, server_type: kind, health, url, stats, torrents, access} = server
  const action = actionFor(health, access)
  const isOurs = action === 'password' || action === 'edit'
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-3 border-t border-line px-4 py-3 first:border-0">
      <HealthIcon health={health} />
      <div className="min-w-0">
        <b className="font-medium">{name}</b>{' '}
        <span className="text-text-2 wrap-anywhere">
          {text('setup.at', {kind: `${kindName(kind)} ${server.version ?? ''}`.trim(), url})}
        </span>
        <span className="block text-12 text-pretty text-text-2">
          {health.advice === ''
            ? [
                isUnread(server)
                  ? text('setup.unread')
                  : text('server.trial.torrents', {count: torrents, shown: count(torrents)}),
                ...(stats?.free_space === undefined
                  ? []
                  : [text('server.trial.space', {space: written(bytes(stats.free_space))})]),
              ].join(', ')
            : health.advice}
        </span>
      </div>
      <div className="flex items-center gap-1">
        {isOurs ? (
          <Button
            onClick={() =>
              openServerDialog({name: 'edit', id, focus: action === 'password' ? 'password' : 'address'})
            }
          >
            {text(action === 'password' ? 'server.action.password' : 'server.action.edit')}
          </Button>
        ) : (
          <ServerHealthBadge server={health} />
        )}
        {access === 'own' && <RowMenu id={id} name={name} />}
      </div>
    </li>
  )
}

/** One that was added wrongly may well be online. */
function RowMenu({id, name}: {id: string; name: string}) {
  return (
    <DropdownMenu
      label={name}
      align="end"
      entries={[
        {
          id: 'edit',
          label: text('server.do.edit'),
          icon: Pencil,
          onSelect: () => openServerDialog({name: 'edit', id}),
        },
        {
          id: 'remove',
          label: text('server.do.remove'),
          icon: Trash2,
          onSelect: () => openServerDialog({name: 'remove', id, staysHere: true}),
        },
      ]}
      trigger={<IconButton icon={Ellipsis} label={text('setup.server-menu', {name})} />}
    />
  )
}

/** The same fields as everywhere, in the page. */
function FirstServerForm({
  begin,
  onAdded,
  onSeveral,
}: {
  begin: ServerForm
  onAdded: () => void
  /** Somebody pasted several lines where one address goes. */
  onSeveral: (lines: string) => void
}) {
  const isAdministrator = usePermission('admin')
  const {data: servers = []} = useQuery(serversQuery)
  const state = useServerForm({
    initial: begin,
    id: null,
    isAdministrator,
    proposedColour: palette[servers.length % palette.length]!,
    names: servers.map(({server_name: name}) => name),
    onSaved: onAdded,
  })
  const trial = useTrial(state, servers)
  const form = useFocusOnFault(state)
  const {name} = state.form
  return (
    <form
      ref={form}
      noValidate
      autoComplete="off"
      className="grid gap-4"
      onPaste={(event) => {
        const lines = event.clipboardData.getData('text').trim()
        const isAddress = event.target instanceof Element && event.target.matches('[inputmode=url]')
        if (!isAddress || !/\S[ \t]*\r?\n\s*\S/.test(lines)) return
        event.preventDefault()
        onSeveral(lines)
      }}
      onSubmit={(event) => {
        event.preventDefault()
        state.save()
      }}
    >
      <KindPicker value={state.form.kind} onChange={(kind) => state.set({kind})} />
      <AddressField state={state} onLeave={trial.leave} />
      <AccountFields state={state} onLeave={trial.leave} />
      <LookFields state={state} />
      <TrialPanel state={state} trial={trial} />
      {state.faults.whole !== null && (
        <Note tone="bad" isNews>
          {state.faults.whole}
        </Note>
      )}
      <MoreFields state={state} tags={[...new Set(servers.flatMap((it) => it.server_tags))]} />
      <Button
        type="submit"
        variant="primary"
        className="justify-self-start max-phone:justify-self-stretch"
        waitsFor={state.isSaving ? text('server.form.saving') : undefined}
      >
        {trial.twins.length > 0
          ? text('server.form.add-twin')
          : name === ''
            ? text('servers.add')
            : text('setup.add-named', {name})}
      </Button>
    </form>
  )
}

const REFRESH_MS = 2_000
/** Who has just added a server looks at nothing else. */
const EAGER_MS = 400
/** One that is away for long is not asked for so often. */
const EAGER_FOR_MS = 15_000

/** The servers while somebody sets up, where no live connection is yet: at once when they have told their list. */
const shownSoon = queryOptions({
  ...serversQuery,
  refetchInterval: ({state: {data = []}}) =>
    data.some((server) => isUnread(server) && Date.now() - server.health.since < EAGER_FOR_MS)
      ? EAGER_MS
      : REFRESH_MS,
})
