// @ts-check
/** Says that an order is on its way. */

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'))
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'))

form.addEventListener('submit', () => {
  button.textContent = 'One moment…'
})
document.documentElement.dataset['order'] = 'ran'
