// @ts-check
/// <reference lib="dom" />
/** Makes elements as a script does. */

/**
 * @typedef {import('../probe.ts').Task} Task
 * @typedef {import('../probe.ts').ElementDescription} ElementDescription
 * @typedef {Window & typeof globalThis} Realm
 */

/**
 * Makes a task's element and puts it into the document.
 *
 * @param {Task} task
 * @param {Realm} realm
 */
export function insert(task, realm) {
  if (task.element === undefined) throw new Error(`Cannot insert ${task.id}: it has no element`)
  const element = make(task.element, { realm, blob: task.blob })
  const isForHead = element.tagName === 'LINK' || element.tagName === 'BASE'
  ;(isForHead ? realm.document.head : realm.document.body).append(element)
}

/**
 * @param {ElementDescription} description
 * @param {{ realm: Realm, blob: Task['blob'] }} circumstances
 * @returns {Element}
 */
function make({ tag, attributes, text, children = [] }, circumstances) {
  const { realm, blob } = circumstances
  const element = realm.document.createElement(tag)
  for (const [name, value] of attributes) {
    element.setAttribute(name, value === 'blob:' ? blobURL(realm, blob) : value)
  }
  if (text !== undefined) element.textContent = text
  element.append(...children.map((child) => make(child, circumstances)))
  return element
}

/**
 * An address of a blob that the document itself made.
 *
 * @param {Realm} realm
 * @param {Task['blob']} blob
 * @returns {string}
 */
export function blobURL(realm, blob) {
  const { type = '', body = '' } = blob ?? {}
  return realm.URL.createObjectURL(new realm.Blob([body], { type }))
}
