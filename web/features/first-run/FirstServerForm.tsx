import {useQuery} from '@tanstack/react-query'
import {serversQuery} from '../../api/servers.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Note} from '../../ui/Note.tsx'
import {palette} from '../../ui/server-colours.ts'
import {AccountFields} from '../servers/form/AccountFields.tsx'
import {AddressField} from '../servers/form/AddressField.tsx'
import {KindPicker} from '../servers/form/KindPicker.tsx'
import {LookFields} from '../servers/form/LookFields.tsx'
import {MoreFields} from '../servers/form/MoreFields.tsx'
import {emptyForm} from '../servers/form/server-form.ts'
import {TrialPanel} from '../servers/form/TrialPanel.tsx'
import {useFocusOnFault, useServerForm} from '../servers/form/use-server-form.ts'
import {useTrial} from '../servers/form/use-trial.ts'

/** The same fields as everywhere, in the page. */
export function FirstServerForm({onAdded}: {onAdded: () => void}) {
  const isAdministrator = usePermission('admin')
  const {data: servers = []} = useQuery(serversQuery)
  const state = useServerForm({
    initial: emptyForm,
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
