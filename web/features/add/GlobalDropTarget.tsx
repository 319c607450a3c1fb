import {Download} from 'lucide-react'
import {useEffect, useRef, useState} from 'react'
import {text} from '../../i18n/text.ts'
import {whenThere} from '../../live/modules.ts'
import {liveSocket} from '../../live/socket.ts'
import {announce} from '../../ui/announce.ts'
import {Icon} from '../../ui/Icon.tsx'
import {openOverlay, type Brought} from '../commands/overlays.ts'
import {useMayAdd} from '../servers/use-may-add.ts'

/** Once, in the shell: what is pasted or dropped anywhere on the page is offered to be added. */
export function GlobalDropTarget() {
  const mayAdd = useMayAdd()
  usePasting(mayAdd)
  return useDropping(mayAdd) ? <DropOverlay /> : null
}

function usePasting(mayAdd: boolean): void {
  useEffect(() => {
    if (!mayAdd) return
    const paste = (event: ClipboardEvent) => {
      if (event.defaultPrevented || isWriting(event.target) || !event.clipboardData) return
      // Read now: afterwards the browser has nothing of it any more.
      const carried = carriedBy(event.clipboardData)
      if (carried.files.length > 0 || carried.words.trim() !== '') event.preventDefault()
      void offer(carried)
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [mayAdd])
}

/** Is something held over the page that could be dropped? */
function useDropping(mayAdd: boolean): boolean {
  const [isOver, setOver] = useState(false)
  // Each element that is entered or left tells it; the page is left when all were.
  const depth = useRef(0)
  useEffect(() => {
    if (!mayAdd) return
    const enter = ({dataTransfer}: DragEvent) => {
      if (!carries(dataTransfer)) return
      depth.current++
      setOver(true)
    }
    const leave = ({dataTransfer}: DragEvent) => {
      if (!carries(dataTransfer)) return
      depth.current = Math.max(0, depth.current - 1)
      if (depth.current === 0) setOver(false)
    }
    const over = (event: DragEvent) => {
      // Else the browser opens what is dropped.
      if (carries(event.dataTransfer)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      depth.current = 0
      setOver(false)
      if (event.defaultPrevented || !carries(event.dataTransfer)) return
      event.preventDefault()
      void offer(carriedBy(event.dataTransfer!), () => announce(text('add.links.unknown')))
    }
    const handlers = {dragenter: enter, dragleave: leave, dragover: over, drop} as const
    for (const [name, handler] of Object.entries(handlers)) window.addEventListener(name as 'drop', handler)
    return () => {
      for (const [name, handler] of Object.entries(handlers))
        window.removeEventListener(name as 'drop', handler)
    }
  }, [mayAdd])
  return isOver
}

/** Files and links from elsewhere; what is dragged within the page is text of its own kinds. */
function carries(data: DataTransfer | null): boolean {
  return data !== null && (data.types.includes('Files') || data.types.includes('text/uri-list'))
}

interface Carried {
  readonly files: readonly File[]
  readonly words: string
}

function carriedBy(data: DataTransfer): Carried {
  const words = [data.getData('text/uri-list'), data.getData('text/plain')].find((it) => it !== '') ?? ''
  // What stands beside files is their names.
  return {files: [...data.files], words: data.files.length > 0 ? '' : words}
}

/** @param orElse nothing in it can be added */
async function offer(carried: Carried, orElse?: () => void): Promise<void> {
  const brought = await broughtBy(carried)
  if (brought) openOverlay({name: 'add', brought})
  else orElse?.()
}

/** What reads links comes when it is needed. @returns `null` = nothing in it can be added */
async function broughtBy({files: all, words}: Carried): Promise<Brought | null> {
  const files = all.filter(({name, type}) => /\.torrent$/i.test(name) || /bittorrent/.test(type))
  if (words === '') return files.length === 0 ? null : {files, links: []}
  const {linksIn} = await whenThere(() => import('./read-pasted.ts'), liveSocket)
  const links = linksIn(words).map(({link}) => link)
  return links.length === 0 ? null : {files: [], links}
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  )
}

/** Lies over everything while something is held over the page. */
function DropOverlay() {
  return (
    <div className="pointer-events-none fixed inset-0 z-toast grid place-items-center bg-scrim p-4">
      <p className="flex items-center gap-3 rounded-xl border-2 border-dashed border-accent bg-raised px-8 py-6 text-16 font-bold shadow-3">
        <Icon icon={Download} size={20} className="text-accent" />
        {text('add.drop')}
      </p>
    </div>
  )
}
