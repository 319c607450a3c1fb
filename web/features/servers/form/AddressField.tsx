import type {RefObject} from 'react'
import type {DraftKind} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Input} from '../../../ui/Input.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {kindName} from '../server-words.ts'
import {ruTorrentDoor} from './address.ts'
import {FormField} from './FormField.tsx'
import type {ServerFormState} from './use-server-form.ts'

const examples: {readonly [K in DraftKind]: string} = {
  qbittorrent: 'nas.lan:8080',
  transmission: 'nas.lan:9091',
  rtorrent: 'https://box.example/RPC2',
}

/** One field for host and port, a whole address, or a socket; what was guessed is said below. */
export function AddressField({
  state,
  inputRef,
  onLeave,
}: {
  state: ServerFormState
  inputRef?: RefObject<HTMLInputElement | null> | undefined
  onLeave: () => void
}) {
  const {form, set, understood} = state
  const door = form.kind === 'rtorrent' ? ruTorrentDoor(form.address) : null
  return (
    <FormField
      state={state}
      name="address"
      label={text('server.form.address')}
      hint={
        understood === null ? (
          text(`server.form.address.hint.${form.kind}`)
        ) : (
          <>
            {guessWords(state)}{' '}
            {understood.looksLike !== null && (
              <TextButton onClick={() => set({kind: understood.looksLike!})}>
                {text('server.form.address.looks-like', {kind: kindName(understood.looksLike)})}
              </TextButton>
            )}
            {door !== null && (
              <TextButton onClick={() => set({address: door})}>
                {text('server.form.address.rutorrent')}
              </TextButton>
            )}
          </>
        )
      }
    >
      <Input
        ref={inputRef}
        isMono
        inputMode="url"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={form.address}
        placeholder={examples[form.kind]}
        onChange={(event) => set({address: event.target.value})}
        onBlur={onLeave}
      />
    </FormField>
  )
}

function guessWords({understood, form}: ServerFormState): string {
  if (understood === null) return ''
  if (understood.isSocket) return text('server.form.address.socket')
  const {guessed, url} = understood
  if (guessed.length === 0) return text('server.form.address.asked', {url})
  const what = guessed.map((part) => text(`server.form.address.part.${part}`)).join(', ')
  return text('server.form.address.guessed', {url, what, kind: kindName(form.kind)})
}
